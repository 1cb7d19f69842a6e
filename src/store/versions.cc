// SPDX-License-Identifier: Apache-2.0
#include "store/versions.h"

#include <limits>
#include <utility>

#include "store/package_cipher.h"
#include "store/row_key.h"
#include "store/version_id.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// How often a version is looked for again because others moved it meanwhile, before giving up.
constexpr int kMaxRetries = 1000;

constexpr uint64_t kNewest = std::numeric_limits<uint64_t>::max();

bool HasId(const ObjectRecord& record, std::string_view version_id) {
  if (version_id == kNullVersion) return record.null_version;
  return !record.null_version && ParseVersionId(version_id) == record.sequence;
}

}  // namespace

Result<std::optional<ObjectRecord>> Versions::FindRow(const std::string& row) const {
  PENSTOCK_TRY(auto text, rows_.Get(row));
  if (!text) return std::optional<ObjectRecord>();
  PENSTOCK_TRY(ObjectRecord record, ObjectRecord::Decode(*text));
  return std::optional(std::move(record));
}

Result<std::optional<ObjectRecord>> Versions::FindObject(uint64_t bucket,
                                                         std::string_view key) const {
  return FindRow(row_key::Object(bucket, key));
}

Result<std::optional<ObjectRecord>> Versions::FindOlder(uint64_t bucket, std::string_view key,
                                                        uint64_t sequence) const {
  std::string end = row_key::PrefixEnd(row_key::VersionsOfKey(bucket, key));
  if (sequence == 0) return std::optional<ObjectRecord>();
  PENSTOCK_TRY(auto row, rows_.First(row_key::Version(bucket, key, sequence - 1), end));
  if (!row) return std::optional<ObjectRecord>();
  PENSTOCK_TRY(ObjectRecord record, ObjectRecord::Decode(row->record));
  return std::optional(std::move(record));
}

Result<std::optional<ObjectRecord>> Versions::FindOldNull(uint64_t bucket,
                                                          std::string_view key) const {
  PENSTOCK_TRY(auto text, rows_.Get(row_key::NullVersion(bucket, key)));
  if (!text) return std::optional<ObjectRecord>();
  PENSTOCK_TRY(NumberRecord sequence, NumberRecord::Decode(*text));
  return FindRow(row_key::Version(bucket, key, sequence.number));
}

Result<std::optional<FoundVersion>> Versions::Find(const BucketInfo& bucket, std::string_view key,
                                                   std::string_view version_id) const {
  for (int retry = 0; retry < kMaxRetries; ++retry) {
    PENSTOCK_TRY(auto object, FindObject(bucket.id, key));
    if (object && (version_id.empty() || HasId(*object, version_id))) {
      return std::optional(FoundVersion{std::move(*object), true, true});
    }
    if (bucket.versioning == Versioning::kOff) return std::optional<FoundVersion>();
    PENSTOCK_TRY(auto old, FindOld(bucket.id, key, version_id, object.has_value()));
    if (old) return old;
    // A version that was not in either row may have gone from one to the other in between; then the
    // object's row is another now, since a sequence that left it for ever older ones never returns.
    PENSTOCK_TRY(auto again, FindObject(bucket.id, key));
    bool same =
        object.has_value() == again.has_value() && (!object || object->sequence == again->sequence);
    if (same) return std::optional<FoundVersion>();
  }
  return Fail(Code::kUnavailable,
              "the versions of '" + std::string(key) + "' change faster than they can be read");
}

Result<std::optional<FoundVersion>> Versions::FindSequence(const BucketInfo& bucket,
                                                           std::string_view key,
                                                           uint64_t sequence) const {
  PENSTOCK_TRY(auto object, FindObject(bucket.id, key));
  if (object && object->sequence == sequence) {
    return std::optional(FoundVersion{std::move(*object), true, true});
  }
  PENSTOCK_TRY(auto old, FindRow(row_key::Version(bucket.id, key, sequence)));
  if (!old) return std::optional<FoundVersion>();
  return std::optional(FoundVersion{std::move(*old), false, false});
}

Result<std::optional<FoundVersion>> Versions::FindOld(uint64_t bucket, std::string_view key,
                                                      std::string_view version_id,
                                                      bool has_object) const {
  std::optional<ObjectRecord> record;
  if (version_id.empty()) {
    PENSTOCK_TRY(record, FindOlder(bucket, key, kNewest));
  } else if (version_id == kNullVersion) {
    PENSTOCK_TRY(record, FindOldNull(bucket, key));
  } else if (auto sequence = ParseVersionId(version_id)) {
    PENSTOCK_TRY(record, FindRow(row_key::Version(bucket, key, *sequence)));
    if (record && record->null_version) record.reset();  // that goes by its own name only
  }
  if (!record) return std::optional<FoundVersion>();
  bool is_latest = false;
  if (record->delete_marker && !has_object) {
    PENSTOCK_TRY(auto newest, FindOlder(bucket, key, kNewest));
    is_latest = newest && newest->sequence == record->sequence;
  }
  return std::optional(FoundVersion{std::move(*record), false, is_latest});
}

Result<std::optional<ContentRecord>> FindContent(const Index& index, const ObjectRecord& object,
                                                 const IndexSnapshot* snapshot) {
  std::string row = row_key::Content(object.content);
  PENSTOCK_TRY(auto text, snapshot != nullptr ? snapshot->Get(row) : index.Get(row));
  if (!text) return std::optional<ContentRecord>();
  PENSTOCK_TRY(ContentRecord record, ContentRecord::Decode(*text));
  uint64_t size = 0;
  for (const FilePart& part : record.parts) size += part.size;
  bool whole = size == object.size;
  if (record.storage == Storage::kInline) {
    size = object.encryption.encrypted() ? SealedSize(object.size) : object.size;
    whole = record.bytes.size() == size;
  }
  if (record.storage != object.storage || !whole) {
    return Fail(Code::kDataLoss, "the object and its content do not belong together");
  }
  return std::optional(std::move(record));
}

Status CheckCondition(const WriteCondition& condition, std::string_view key,
                      const std::optional<ObjectRecord>& existing) {
  if (condition.if_absent && existing) {
    return Fail(Code::kFailedPrecondition, reason::kConditionFailed,
                "there is an object '" + std::string(key) + "' already");
  }
  if (condition.if_none_match && existing && *condition.if_none_match == existing->etag) {
    return Fail(Code::kFailedPrecondition, reason::kConditionFailed,
                "the ETag of '" + std::string(key) + "' is " + existing->etag);
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

std::string VersionIdOf(const BucketInfo& bucket, const ObjectRecord& record) {
  if (bucket.versioning == Versioning::kOff) return {};
  if (record.null_version) return std::string(kNullVersion);
  return FormatVersionId(record.sequence);
}

ObjectInfo ToInfo(const BucketInfo& bucket, std::string_view key, ObjectRecord&& record,
                  bool is_latest) {
  ObjectInfo info;
  info.key = std::string(key);
  info.version_id = VersionIdOf(bucket, record);
  info.is_latest = is_latest;
  info.delete_marker = record.delete_marker;
  info.size = record.size;
  info.etag = std::move(record.etag);
  info.modified_at = record.modified_at;
  info.metadata = std::move(record.metadata);
  info.attributes = std::move(record.attributes);
  info.checksums = std::move(record.checksums);
  info.encryption = record.encryption.ToInfo();
  return info;
}

std::vector<uint64_t> PartSizes(const ContentRecord& content) {
  std::vector<uint64_t> sizes;
  sizes.reserve(content.parts.size());
  for (const FilePart& part : content.parts) sizes.push_back(part.size);
  return sizes;
}

}  // namespace penstock::store
