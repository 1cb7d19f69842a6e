// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "store/assemble.h"
#include "store/names.h"
#include "store/row_key.h"
#include "store/uploads.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;

namespace {

// Takes the upload's rows away: those of parts that the object does not use with their files,
// which are returned.
std::vector<uint64_t> DropUpload(IndexBatch& batch, std::string_view upload_row, uint64_t upload,
                                 const std::map<int, PartRecord>& put, const ContentRecord& used) {
  batch.Delete(upload_row);
  std::vector<uint64_t> unused;
  auto next_used = used.parts.begin();
  for (const auto& [number, part] : put) {
    batch.Delete(row_key::Part(upload, number));
    if (next_used != used.parts.end() && next_used->number == number) {
      ++next_used;
    } else {
      batch.Delete(row_key::File(part.file));
      unused.push_back(part.file);
    }
  }
  return unused;
}

}  // namespace

Result<ObjectInfo> Uploads::Complete(std::string_view bucket, std::string_view key,
                                     std::string_view upload_id,
                                     const std::vector<CompletedPart>& parts,
                                     const WriteCondition& condition) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  std::vector<RemovedContent> removed;
  std::vector<uint64_t> unused;
  ObjectInfo info;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    auto key_lock = core_.key_locks.Lock(held.info->id, key);
    PENSTOCK_TRY(auto upload, FindIfAny(held.info->id, key, upload_id));
    if (!upload) return FindCompleted(held.info->id, key, upload_id, parts);
    PENSTOCK_TRY(PartMap put, FindParts(upload->number));
    PENSTOCK_TRY(Assembled assembled, AssembleParts(put, parts));
    PENSTOCK_TRY(auto existing, versions_.FindCurrent(held.info->id, key));
    PENSTOCK_RETURN_IF_ERROR(CheckCondition(condition, key, existing));

    ObjectRecord object;
    PENSTOCK_TRY(object.content, core_.numbers.Next());
    PENSTOCK_TRY(object.sequence, core_.numbers.Next());
    object.storage = Storage::kFiles;
    object.size = assembled.size;
    object.modified_at = core_.clock.Now();
    object.etag = std::move(assembled.etag);
    object.upload_id = std::string(upload_id);
    object.metadata = std::move(upload->metadata);
    object.checksums = std::move(assembled.checksums);

    IndexBatch batch;
    unused = DropUpload(batch, row_key::Upload(held.info->id, key, upload_id), upload->number, put,
                        assembled.content);
    PENSTOCK_RETURN_IF_ERROR(versions_.Replace(batch, held.info->id, key, existing, object,
                                               assembled.content, /*new_files=*/{}, removed));
    info = ToInfo(key, std::move(object));
    info.part_sizes = PartSizes(assembled.content);
  }
  core_.data.Remove(unused);
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return info;
}

Result<ObjectInfo> Uploads::FindCompleted(uint64_t bucket, std::string_view key,
                                          std::string_view upload_id,
                                          const std::vector<CompletedPart>& parts) {
  PENSTOCK_TRY(auto object, versions_.FindCurrent(bucket, key));
  std::optional<std::string> etag = MultipartEtag(parts);
  if (!object || object->upload_id != upload_id || etag != object->etag) {
    return Fail(Code::kNotFound, reason::kNoSuchUpload,
                "there is no upload '" + std::string(upload_id.substr(0, 80)) + "' of this key");
  }
  PENSTOCK_TRY(auto content, versions_.FindContent(*object));
  if (!content) return Fail(Code::kDataLoss, "the object has lost its content row");
  ObjectInfo info = ToInfo(key, std::move(*object));
  info.part_sizes = PartSizes(*content);
  return info;
}

}  // namespace penstock::store
