// SPDX-License-Identifier: Apache-2.0
#include "store/versions.h"

#include <utility>

#include "store/row_key.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Result<std::optional<ObjectRecord>> Versions::FindCurrent(uint64_t bucket,
                                                          std::string_view key) const {
  PENSTOCK_TRY(auto text, core_.index.Get(row_key::Object(bucket, key)));
  if (!text) return std::optional<ObjectRecord>();
  PENSTOCK_TRY(ObjectRecord record, ObjectRecord::Decode(*text));
  return std::optional(std::move(record));
}

Result<std::optional<ContentRecord>> Versions::FindContent(const ObjectRecord& object,
                                                           const IndexSnapshot* snapshot) const {
  std::string row = row_key::Content(object.content);
  PENSTOCK_TRY(auto text, snapshot != nullptr ? snapshot->Get(row) : core_.index.Get(row));
  if (!text) return std::optional<ContentRecord>();
  PENSTOCK_TRY(ContentRecord record, ContentRecord::Decode(*text));
  uint64_t size = record.bytes.size();
  for (const FilePart& part : record.parts) size += part.size;
  if (record.storage != object.storage || size != object.size) {
    return Fail(Code::kDataLoss, "the object and its content do not belong together");
  }
  return std::optional(std::move(record));
}

Status Versions::Replace(IndexBatch& batch, uint64_t bucket, std::string_view key,
                         const std::optional<ObjectRecord>& existing, const ObjectRecord& object,
                         const ContentRecord& content, const std::vector<uint64_t>& new_files,
                         std::vector<RemovedContent>& removed) {
  RemovedContent old;
  if (existing) {
    PENSTOCK_TRY(old, DropContent(batch, *existing));
  }
  batch.Put(row_key::Object(bucket, key), object.Encode());
  batch.Put(row_key::Content(object.content), content.Encode());
  PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch, new_files));
  removed.push_back(std::move(old));
  return {};
}

Result<RemovedContent> Versions::DropContent(IndexBatch& batch, const ObjectRecord& object) const {
  batch.Delete(row_key::Content(object.content));
  RemovedContent removed{object.content, {}};
  if (object.storage == Storage::kInline) return removed;
  auto content = FindContent(object);
  // Damaged objects can be removed too; which files were theirs is then for a repair to find out.
  if (!content && content.error().code() == Code::kDataLoss) return removed;
  if (!content) return Fail(content.error());
  if (!*content) return removed;
  for (const FilePart& part : (*content)->parts) {
    batch.Delete(row_key::File(part.file));
    removed.files.push_back(part.file);
  }
  return removed;
}

Status CheckCondition(const WriteCondition& condition, std::string_view key,
                      const std::optional<ObjectRecord>& existing) {
  if (condition.if_absent && existing) {
    return Fail(Code::kFailedPrecondition, reason::kConditionFailed,
                "there is an object '" + std::string(key) + "' already");
  }
  if (!condition.if_match) return {};
  if (!existing) {
    return Fail(Code::kNotFound, reason::kNoSuchKey,
                "there is no object '" + std::string(key) + "' to match");
  }
  if (*condition.if_match != "*" && *condition.if_match != existing->etag) {
    return Fail(Code::kFailedPrecondition, reason::kConditionFailed,
                "the ETag of '" + std::string(key) + "' is " + existing->etag);
  }
  return {};
}

ObjectInfo ToInfo(std::string_view key, ObjectRecord record) {
  ObjectInfo info;
  info.key = std::string(key);
  info.size = record.size;
  info.etag = std::move(record.etag);
  info.modified_at = record.modified_at;
  info.metadata = std::move(record.metadata);
  info.checksums = std::move(record.checksums);
  return info;
}

std::vector<uint64_t> PartSizes(const ContentRecord& content) {
  std::vector<uint64_t> sizes;
  sizes.reserve(content.parts.size());
  for (const FilePart& part : content.parts) sizes.push_back(part.size);
  return sizes;
}

}  // namespace penstock::store
