// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "store/assemble.h"
#include "store/decrypting_reader.h"
#include "store/names.h"
#include "store/row_key.h"
#include "store/upload_id.h"
#include "store/uploads.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;

namespace {

// Takes the upload's rows away: those of parts that the object does not use with their files,
// which are returned.
DoomedFiles DropUpload(PendingRows& rows, std::string upload_row, uint64_t upload,
                       const std::map<int, PartRecord>& put, const ContentRecord& used) {
  rows.Delete(std::move(upload_row));
  DoomedFiles unused;
  auto next_used = used.parts.begin();
  for (const auto& [number, part] : put) {
    rows.Delete(row_key::Part(upload, number));
    if (next_used != used.parts.end() && next_used->number == number) {
      ++next_used;
    } else {
      rows.Delete(row_key::File(part.file));
      unused.Add(part.file, part.size);
    }
  }
  return unused;
}

// The record of the object that an upload makes of its parts.
ObjectRecord ToObject(UploadRecord upload, std::string_view upload_id, Assembled& assembled,
                      const std::vector<ObjectChecksum>& checksums) {
  ObjectRecord object;
  object.storage = Storage::kFiles;
  object.size = assembled.size;
  object.etag = std::move(assembled.etag);
  object.upload_id = std::string(upload_id);
  object.metadata = std::move(upload.metadata);
  object.attributes = std::move(upload.attributes);
  object.encryption = std::move(upload.encryption);
  if (!checksums.empty()) {
    object.checksums = checksums;
  } else if (upload.composite_checksum) {
    object.checksums = std::move(assembled.checksums);
  }
  return object;
}

// What the object's record keeps of an encrypted upload's parts; "" where nothing vouches for them.
Result<std::string> SealParts(Core& core, const UploadRecord& upload, DataKeyOwner owner,
                              const ContentRecord& content, const crypto::Secret& customer_key) {
  bool customers = upload.encryption.kind == EncryptionKind::kCustomerKey;
  bool has_checksums =
      upload.checksum || std::any_of(content.parts.begin(), content.parts.end(),
                                     [](const FilePart& part) { return !part.checksums.empty(); });
  if (customers && customer_key.empty() && !has_checksums) return std::string();
  PENSTOCK_TRY(auto data_key, core.data_keys.Open(upload.encryption, owner, customer_key));
  return data_key ? SealLayout(*data_key, content) : std::string();
}

}  // namespace

Result<ObjectInfo> Uploads::Complete(std::string_view bucket, std::string_view key,
                                     std::string_view upload_id,
                                     const std::vector<CompletedPart>& parts,
                                     const CompleteOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  std::vector<RemovedContent> removed;
  DoomedFiles unused;
  ObjectInfo info;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    const uint64_t id = held.info->id;
    auto key_lock = core_.key_locks.Lock(id, key);
    PENSTOCK_TRY(auto upload, FindIfAny(id, key, upload_id));
    if (!upload) return FindCompleted(*held.info, key, upload_id, parts);
    const uint64_t number = upload->number;
    PENSTOCK_TRY(PartMap put, FindParts(number));
    PENSTOCK_TRY(Assembled assembled, AssembleParts(put, parts));
    VersionChanges changes(core_, *held.info);
    PENSTOCK_TRY(auto existing, changes.versions().FindObject(id, key));
    PENSTOCK_RETURN_IF_ERROR(CheckCondition(options.condition, key, existing));

    PENSTOCK_TRY(upload->encryption.layout,
                 SealParts(core_, *upload, {id, key}, assembled.content, options.customer_key));
    ObjectRecord object = ToObject(std::move(*upload), upload_id, assembled, options.checksums);
    PENSTOCK_TRY(object.content, core_.numbers.Next());
    object.modified_at = changes.now();
    PENSTOCK_RETURN_IF_ERROR(changes.Add(key, existing, object, assembled.content));
    changes.rows().Put(row_key::EndedUpload(number), NumberRecord{object.sequence}.Encode());
    unused = DropUpload(changes.rows(), row_key::Upload(id, key, upload_id), number, put,
                        assembled.content);
    PENSTOCK_TRY(removed, changes.Commit());
    info = ToInfo(*held.info, key, std::move(object), /*is_latest=*/true);
    info.encryption.customer_key_md5 = CustomerKeyMd5(options.customer_key);
    info.part_sizes = PartSizes(assembled.content);
  }
  core_.remover.Remove(unused);
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return info;
}

Result<ObjectInfo> Uploads::FindCompleted(const BucketInfo& bucket, std::string_view key,
                                          std::string_view upload_id,
                                          const std::vector<CompletedPart>& parts) {
  PendingRows rows(core_.index);
  Versions versions(rows);
  // Mostly it is the newest version. Others are found by the row that says what an upload became;
  // uploads from before there were such rows have none.
  PENSTOCK_TRY(auto found, versions.Find(bucket, key, ""));
  if (!found || found->record.upload_id != upload_id) {
    auto number = NumberOfUploadId(upload_id);
    std::optional<std::string> ended;
    if (number) {
      PENSTOCK_TRY(ended, core_.index.Get(row_key::EndedUpload(*number)));
    }
    found.reset();
    if (ended) {
      PENSTOCK_TRY(NumberRecord sequence, NumberRecord::Decode(*ended));
      PENSTOCK_TRY(found, versions.FindSequence(bucket, key, sequence.number));
    }
  }
  std::optional<std::string> etag = MultipartEtag(parts);
  if (!found || found->record.upload_id != upload_id || etag != found->record.etag) {
    return Fail(Code::kNotFound, reason::kNoSuchUpload,
                "there is no upload '" + std::string(upload_id.substr(0, 80)) + "' of this key");
  }
  PENSTOCK_TRY(auto content, FindContent(core_.index, found->record));
  if (!content) return Fail(Code::kDataLoss, "the object has lost its content row");
  ObjectInfo info = ToInfo(bucket, key, std::move(found->record), found->is_latest);
  info.part_sizes = PartSizes(*content);
  return info;
}

}  // namespace penstock::store
