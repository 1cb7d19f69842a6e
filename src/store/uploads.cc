// SPDX-License-Identifier: Apache-2.0
#include "store/uploads.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "store/assemble.h"
#include "store/encrypted_ingest.h"
#include "store/ingest.h"
#include "store/lock_rules.h"
#include "store/names.h"
#include "store/row_key.h"
#include "store/upload_id.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

tl::unexpected<base::Error> NoSuchUpload(std::string_view upload_id) {
  return Fail(Code::kNotFound, reason::kNoSuchUpload,
              "there is no upload '" + std::string(upload_id.substr(0, 80)) +
                  "' of this key; it may be completed or aborted");
}

Status CheckPartNumber(int number) {
  if (number >= 1 && number <= kMaxPartNumber) return {};
  return Fail(Code::kInvalidArgument, reason::kBadPartNumber,
              "part number " + std::to_string(number) + " is not in 1..10000");
}

PartInfo ToPartInfo(int number, PartRecord record) {
  return {
      number, std::move(record.etag), record.size, record.modified_at, std::move(record.checksums),
      {}};
}

Result<Ingested> TakeInPart(Core& core, base::ByteSource& source, const UploadRecord& upload,
                            const std::optional<crypto::Secret>& data_key, int number) {
  if (!data_key) return Ingest(source, /*inline_limit=*/0, core, /*with_md5=*/true);
  return IngestEncrypted(source, *data_key, upload.encryption.kind, number, /*inline_limit=*/0,
                         core);
}

UploadInfo ToUploadInfo(std::string key, std::string upload_id, UploadRecord record) {
  UploadInfo info;
  info.key = std::move(key);
  info.upload_id = std::move(upload_id);
  info.started_at = record.started_at;
  info.metadata = std::move(record.metadata);
  info.attributes = std::move(record.attributes);
  info.checksum = record.checksum;
  info.composite_checksum = record.composite_checksum;
  info.encryption = record.encryption.ToInfo();
  return info;
}

}  // namespace

Result<std::optional<UploadRecord>> Uploads::FindIfAny(uint64_t bucket, std::string_view key,
                                                       std::string_view upload_id) {
  PENSTOCK_TRY(auto text, core_.index.Get(row_key::Upload(bucket, key, upload_id)));
  if (!text) return std::optional<UploadRecord>();
  PENSTOCK_TRY(UploadRecord record, UploadRecord::Decode(*text));
  return std::optional(std::move(record));
}

Result<UploadRecord> Uploads::Find(uint64_t bucket, std::string_view key,
                                   std::string_view upload_id) {
  PENSTOCK_TRY(auto upload, FindIfAny(bucket, key, upload_id));
  if (!upload) return NoSuchUpload(upload_id);
  return std::move(*upload);
}

Result<std::string> Uploads::Create(std::string_view bucket, std::string_view key,
                                    const UploadOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_RETURN_IF_ERROR(core_.reserve.Check());
  PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
  PENSTOCK_RETURN_IF_ERROR(CheckNewLock(*held.info, options.attributes, core_.clock.Now()));
  UploadRecord upload;
  PENSTOCK_TRY(upload.number, core_.numbers.Next());
  upload.started_at = core_.clock.Now();
  upload.metadata = options.metadata;
  upload.attributes = options.attributes;
  upload.checksum = options.checksum;
  upload.composite_checksum = options.composite_checksum;
  PENSTOCK_TRY(auto data_key, core_.data_keys.Make(options.encryption, {held.info->id, key}));
  if (data_key) upload.encryption = std::move(data_key->sealed);
  std::string upload_id = MakeUploadId(upload.number, core_.random);
  IndexBatch batch;
  batch.Put(row_key::Upload(held.info->id, key, upload_id), upload.Encode());
  PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch));
  return upload_id;
}

Result<UploadInfo> Uploads::Get(std::string_view bucket, std::string_view key,
                                std::string_view upload_id) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(UploadRecord upload, Find(found->id, key, upload_id));
  return ToUploadInfo(std::string(key), std::string(upload_id), std::move(upload));
}

Result<PartInfo> Uploads::PutPart(std::string_view bucket, std::string_view key,
                                  std::string_view upload_id, int number, base::ByteSource& source,
                                  const PartOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_RETURN_IF_ERROR(CheckPartNumber(number));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(UploadRecord before, Find(found->id, key, upload_id));
  PENSTOCK_TRY(auto data_key,
               core_.data_keys.Open(before.encryption, {found->id, key}, options.customer_key));

  PENSTOCK_RETURN_IF_ERROR(core_.reserve.Check());
  PENSTOCK_TRY(Ingested ingested, TakeInPart(core_, source, before, data_key, number));
  PartRecord part;
  part.file = ingested.file->id();
  part.size = ingested.size;
  part.salt = std::move(ingested.salt);
  part.etag = base::HexEncode(ingested.md5);
  if (options.checksums) {
    PENSTOCK_TRY(part.checksums, options.checksums());
  }
  DoomedFiles replaced;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    auto key_lock = core_.key_locks.Lock(held.info->id, key);
    PENSTOCK_TRY(UploadRecord upload, Find(held.info->id, key, upload_id));
    std::string row = row_key::Part(upload.number, number);
    IndexBatch batch;
    PENSTOCK_TRY(auto former, core_.index.Get(row));
    if (former) {
      PENSTOCK_TRY(PartRecord record, PartRecord::Decode(*former));
      batch.Delete(row_key::File(record.file));
      replaced.Add(record.file, record.size);
    }
    part.modified_at = core_.clock.Now();
    batch.Put(row, part.Encode());
    batch.Put(row_key::File(part.file), ingested.file_record.Encode());
    ingested.file->Keep();
    PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch, {part.file}));
  }
  core_.remover.Remove(replaced);
  PartInfo info = ToPartInfo(number, std::move(part));
  info.encryption = before.encryption.ToInfo();
  info.encryption.customer_key_md5 = CustomerKeyMd5(options.customer_key);
  return info;
}

Result<std::vector<PartInfo>> Uploads::ListParts(std::string_view bucket, std::string_view key,
                                                 std::string_view upload_id, int after_number,
                                                 size_t max_parts) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(UploadRecord upload, Find(found->id, key, upload_id));
  int first = std::clamp(after_number, 0, kMaxPartNumber) + 1;
  std::vector<PartInfo> parts;
  IndexCursor cursor = core_.index.Scan(row_key::Part(upload.number, first),
                                        row_key::PrefixEnd(row_key::PartPrefix(upload.number)));
  for (; cursor.Valid() && parts.size() < max_parts; cursor.Next()) {
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(PartRecord record, PartRecord::Decode(text));
    parts.push_back(ToPartInfo(row_key::NumberOfPart(cursor.row()), std::move(record)));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return parts;
}

Result<std::vector<UploadInfo>> Uploads::List(std::string_view bucket, std::string_view prefix,
                                              std::string_view after_key,
                                              std::string_view after_upload_id,
                                              size_t max_uploads) {
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  std::string first = row_key::UploadKeyPrefix(found->id, prefix);
  std::string end = row_key::PrefixEnd(first);
  if (!after_key.empty()) {
    std::string after = row_key::Upload(found->id, after_key, after_upload_id);
    after = after_upload_id.empty() ? row_key::PrefixEnd(after) : after + '\0';
    first = std::max(first, after);
  }
  std::vector<UploadInfo> uploads;
  if (first >= end) return uploads;
  IndexCursor cursor = core_.index.Scan(first, end);
  for (; cursor.Valid() && uploads.size() < max_uploads; cursor.Next()) {
    auto name = row_key::NameOfUpload(cursor.row());
    if (!name) return Fail(Code::kDataLoss, "malformed row of an upload");
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(UploadRecord record, UploadRecord::Decode(text));
    uploads.push_back(
        ToUploadInfo(std::move(name->key), std::move(name->upload_id), std::move(record)));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return uploads;
}

Result<Uploads::PartMap> Uploads::FindParts(uint64_t upload) {
  PartMap parts;
  std::string begin = row_key::PartPrefix(upload);
  IndexCursor cursor = core_.index.Scan(begin, row_key::PrefixEnd(begin));
  for (; cursor.Valid(); cursor.Next()) {
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(PartRecord record, PartRecord::Decode(text));
    parts.emplace(row_key::NumberOfPart(cursor.row()), std::move(record));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return parts;
}

Status Uploads::Abort(std::string_view bucket, std::string_view key, std::string_view upload_id) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
  auto key_lock = core_.key_locks.Lock(held.info->id, key);
  PENSTOCK_TRY(UploadRecord upload, Find(held.info->id, key, upload_id));
  return Remove(row_key::Upload(held.info->id, key, upload_id), upload);
}

Status Uploads::AbortAll(uint64_t bucket) {
  std::string begin = row_key::UploadPrefix(bucket);
  IndexCursor cursor = core_.index.Scan(begin, row_key::PrefixEnd(begin));
  for (; cursor.Valid(); cursor.Next()) {
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(UploadRecord upload, UploadRecord::Decode(text));
    PENSTOCK_RETURN_IF_ERROR(Remove(cursor.row(), upload));
  }
  return cursor.status();
}

Status Uploads::Remove(std::string_view row, const UploadRecord& upload) {
  PENSTOCK_TRY(PartMap parts, FindParts(upload.number));
  IndexBatch batch;
  batch.Delete(row);
  DoomedFiles files;
  for (const auto& [number, part] : parts) {
    batch.Delete(row_key::Part(upload.number, number));
    batch.Delete(row_key::File(part.file));
    files.Add(part.file, part.size);
  }
  PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch));
  core_.remover.Remove(files);
  return {};
}

}  // namespace penstock::store
