// SPDX-License-Identifier: Apache-2.0
#include "store/records.h"

#include <utility>

#include "erasure/reed_solomon.h"
#include "store/record_codec.h"
#include "store/record_fields.h"

namespace penstock::store {
namespace {

using record_field::ReadAttributes;
using record_field::ReadBool;
using record_field::ReadByte;
using record_field::ReadChecksumKind;
using record_field::ReadChecksums;
using record_field::ReadMap;
using record_field::ReadMetadata;
using record_field::ReadSealedDataKey;
using record_field::WriteAttributes;
using record_field::WriteChecksumKind;
using record_field::WriteChecksums;
using record_field::WriteMap;
using record_field::WriteMetadata;
using record_field::WriteSealedDataKey;

// Version 2: of buckets, objects and uploads since there are versions, locks and settings; of files
// where they lie in shards.
constexpr uint8_t kFirst = 1;
constexpr uint8_t kSecond = 2;

RecordWriter Begin(uint8_t version = kFirst) {
  RecordWriter out;
  out.Byte(version);
  return out;
}

// The version, which is at most `newest`.
uint8_t ReadVersion(RecordReader& in, uint8_t newest) {
  uint8_t version = ReadByte(in, newest);
  if (version == 0) in.Reject();
  return version;
}

RecordReader Begin(std::string_view text) {
  RecordReader in(text);
  ReadVersion(in, kFirst);
  return in;
}

void WriteDefaultRetention(RecordWriter& out, const std::optional<DefaultRetention>& retention) {
  out.Byte(retention ? static_cast<uint8_t>(retention->mode) : uint8_t{0});
  if (!retention) return;
  out.Varint(static_cast<uint64_t>(retention->days));
  out.Varint(static_cast<uint64_t>(retention->years));
}

int ReadSmall(RecordReader& in) {
  uint64_t number = in.Varint();
  if (number <= 1'000'000) return static_cast<int>(number);
  in.Reject();
  return 0;
}

std::optional<DefaultRetention> ReadDefaultRetention(RecordReader& in) {
  DefaultRetention retention;
  retention.mode = static_cast<RetentionMode>(ReadByte(in, 2));
  if (retention.mode == RetentionMode::kNone) return std::nullopt;
  retention.days = ReadSmall(in);
  retention.years = ReadSmall(in);
  return retention;
}

constexpr uint8_t kNullFlag = 1;
constexpr uint8_t kMarkerFlag = 2;

// A record has salts of its own version, so that none can be absent.
std::string ReadSalt(RecordReader& in) {
  std::string salt(in.Text());
  if (salt.empty()) in.Reject();
  return salt;
}

Storage ReadStorage(RecordReader& in) {
  uint8_t storage = in.Byte();
  if (storage != static_cast<uint8_t>(Storage::kInline) &&
      storage != static_cast<uint8_t>(Storage::kFiles)) {
    in.Reject();
    return Storage::kInline;
  }
  return static_cast<Storage>(storage);
}

}  // namespace

std::string BucketRecord::Encode() const {
  RecordWriter out = Begin(kSecond);
  out.Varint(info.id);
  out.Signed64(base::ToMicros(info.created_at));
  out.Text(info.owner);
  out.Varint(info.revision);
  out.Byte(static_cast<uint8_t>(info.versioning));
  out.Byte(info.object_lock ? 1 : 0);
  WriteDefaultRetention(out, info.default_retention);
  WriteMap(out, info.settings);
  return out.Take();
}

base::Result<BucketRecord> BucketRecord::Decode(std::string_view text) {
  RecordReader in(text);
  uint8_t version = ReadVersion(in, kSecond);
  BucketRecord record;
  BucketInfo& info = record.info;
  info.id = in.Varint();
  info.created_at = base::FromMicros(in.Signed64());
  info.revision = info.id;
  if (version >= kSecond) {
    info.owner = std::string(in.Text());
    info.revision = in.Varint();
    info.versioning = static_cast<Versioning>(ReadByte(in, 2));
    info.object_lock = ReadBool(in);
    info.default_retention = ReadDefaultRetention(in);
    info.settings = ReadMap(in);
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("bucket"));
  return record;
}

std::string ObjectRecord::Encode() const {
  RecordWriter out = Begin(kSecond);
  out.Varint(sequence);
  out.Varint(content);
  out.Byte(static_cast<uint8_t>(storage));
  out.Varint(size);
  out.Signed64(base::ToMicros(modified_at));
  out.Text(etag);
  out.Text(upload_id);
  WriteMetadata(out, metadata);
  WriteChecksums(out, checksums);
  int flags = (null_version ? kNullFlag : 0) | (delete_marker ? kMarkerFlag : 0);
  out.Byte(static_cast<uint8_t>(flags));
  WriteAttributes(out, attributes);
  WriteSealedDataKey(out, encryption);
  return out.Take();
}

base::Result<ObjectRecord> ObjectRecord::Decode(std::string_view text) {
  RecordReader in(text);
  uint8_t version = ReadVersion(in, kSecond);
  // Made where it is returned: it is large, and a listing reads a thousand.
  base::Result<ObjectRecord> result(tl::in_place);
  ObjectRecord& record = *result;
  record.sequence = in.Varint();
  record.content = in.Varint();
  record.storage = ReadStorage(in);
  record.size = in.Varint();
  record.modified_at = base::FromMicros(in.Signed64());
  record.etag = in.Text();
  record.upload_id = in.Text();
  record.metadata = ReadMetadata(in);
  record.checksums = ReadChecksums(in);
  if (version >= kSecond) {
    uint8_t flags = ReadByte(in, kNullFlag | kMarkerFlag);
    record.null_version = (flags & kNullFlag) != 0;
    record.delete_marker = (flags & kMarkerFlag) != 0;
    record.attributes = ReadAttributes(in);
    record.encryption = ReadSealedDataKey(in);
  }
  if (base::Status whole = in.Finish("object"); !whole) {
    result = base::Fail(std::move(whole).error());
  }
  return result;
}

std::string ContentRecord::Encode() const {
  bool salted = !parts.empty() && !parts.front().salt.empty();
  RecordWriter out = Begin(salted ? kSecond : kFirst);
  out.Byte(static_cast<uint8_t>(storage));
  if (storage == Storage::kInline) {
    out.Text(bytes);
    return out.Take();
  }
  out.Varint(parts.size());
  for (const FilePart& part : parts) {
    out.Varint(part.file);
    out.Varint(part.size);
    out.Varint(static_cast<uint64_t>(part.number));
    WriteChecksums(out, part.checksums);
    if (salted) out.Text(part.salt);
  }
  return out.Take();
}

base::Result<ContentRecord> ContentRecord::Decode(std::string_view text) {
  RecordReader in(text);
  bool salted = ReadVersion(in, kSecond) == kSecond;
  ContentRecord record;
  record.storage = ReadStorage(in);
  if (record.storage == Storage::kInline) {
    if (salted) in.Reject();
    record.bytes = std::string(in.Text());
  } else {
    size_t count = in.Count(4);
    if (count == 0) in.Reject();
    record.parts.reserve(count);
    for (; count > 0 && !in.failed(); --count) {
      FilePart part;
      part.file = in.Varint();
      part.size = in.Varint();
      uint64_t number = in.Varint();
      if (number < 1 || number > uint64_t{kMaxPartNumber}) in.Reject();
      part.number = in.failed() ? 1 : static_cast<int>(number);
      part.checksums = ReadChecksums(in);
      if (salted) part.salt = ReadSalt(in);
      record.parts.push_back(std::move(part));
    }
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("content"));
  return record;
}

std::string FileRecord::Encode() const {
  RecordWriter out;
  out.Byte(sharded() ? kSecond : kFirst);
  out.Varint(size);
  out.Varint(block_size);
  if (sharded()) {
    out.Byte(data_shards);
    out.Byte(parity_shards);
  }
  out.Varint(block_sums.size());
  for (uint32_t sum : block_sums) out.Fixed32(sum);
  return out.Take();
}

base::Result<FileRecord> FileRecord::Decode(std::string_view text) {
  RecordReader in(text);
  uint8_t version = in.Byte();
  if (version != kFirst && version != kSecond) in.Reject();
  FileRecord record;
  record.size = in.Varint();
  uint64_t block_size = in.Varint();
  if (block_size < 1 || block_size > kMaxBlockSize) in.Reject();
  uint64_t sums_a_block = 1;
  if (version == kSecond) {
    record.data_shards = in.Byte();
    record.parity_shards = in.Byte();
    sums_a_block = uint64_t{record.data_shards} + record.parity_shards;
    if (!erasure::IsValid({record.data_shards, record.parity_shards})) in.Reject();
  }
  size_t count = in.Count(4);
  record.block_sums.reserve(count);
  for (; count > 0; --count) record.block_sums.push_back(in.Fixed32());
  PENSTOCK_RETURN_IF_ERROR(in.Finish("file"));
  record.block_size = static_cast<uint32_t>(block_size);
  uint64_t blocks = record.size / block_size + (record.size % block_size != 0 ? 1 : 0);
  // In this order, since a size that is damage could be any number.
  if (blocks > record.block_sums.size() || record.block_sums.size() != blocks * sums_a_block) {
    in.Reject();
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("file"));
  return record;
}

std::string UploadRecord::Encode() const {
  RecordWriter out = Begin(kSecond);
  out.Varint(number);
  out.Signed64(base::ToMicros(started_at));
  WriteMetadata(out, metadata);
  WriteAttributes(out, attributes);
  WriteChecksumKind(out, checksum);
  out.Byte(composite_checksum ? 1 : 0);
  WriteSealedDataKey(out, encryption);
  return out.Take();
}

base::Result<UploadRecord> UploadRecord::Decode(std::string_view text) {
  RecordReader in(text);
  uint8_t version = ReadVersion(in, kSecond);
  UploadRecord record;
  record.number = in.Varint();
  record.started_at = base::FromMicros(in.Signed64());
  record.metadata = ReadMetadata(in);
  if (version >= kSecond) {
    record.attributes = ReadAttributes(in);
    record.checksum = ReadChecksumKind(in);
    record.composite_checksum = ReadBool(in);
    record.encryption = ReadSealedDataKey(in);
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("upload"));
  return record;
}

std::string PartRecord::Encode() const {
  RecordWriter out = Begin(salt.empty() ? kFirst : kSecond);
  out.Varint(file);
  out.Varint(size);
  out.Signed64(base::ToMicros(modified_at));
  out.Text(etag);
  WriteChecksums(out, checksums);
  if (!salt.empty()) out.Text(salt);
  return out.Take();
}

base::Result<PartRecord> PartRecord::Decode(std::string_view text) {
  RecordReader in(text);
  bool salted = ReadVersion(in, kSecond) == kSecond;
  PartRecord record;
  record.file = in.Varint();
  record.size = in.Varint();
  record.modified_at = base::FromMicros(in.Signed64());
  record.etag = std::string(in.Text());
  record.checksums = ReadChecksums(in);
  if (salted) record.salt = ReadSalt(in);
  PENSTOCK_RETURN_IF_ERROR(in.Finish("part"));
  return record;
}

std::string AdoptionRecord::Encode() const {
  RecordWriter out = Begin();
  out.Text(bucket);
  out.Text(key);
  out.Varint(size);
  return out.Take();
}

base::Result<AdoptionRecord> AdoptionRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  AdoptionRecord record;
  record.bucket = in.Text();
  record.key = in.Text();
  record.size = in.Varint();
  PENSTOCK_RETURN_IF_ERROR(in.Finish("adoption"));
  return record;
}

std::string NumberRecord::Encode() const {
  RecordWriter out = Begin();
  out.Varint(number);
  return out.Take();
}

base::Result<NumberRecord> NumberRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  NumberRecord record;
  record.number = in.Varint();
  PENSTOCK_RETURN_IF_ERROR(in.Finish("number"));
  return record;
}

void UsageRecord::Add(const UsageRecord& other) {
  objects += other.objects;
  versions += other.versions;
  delete_markers += other.delete_markers;
  bytes += other.bytes;
}

void UsageRecord::Subtract(const UsageRecord& other) {
  Add({-other.objects, -other.versions, -other.delete_markers, -other.bytes});
}

std::string UsageRecord::Encode() const {
  RecordWriter out = Begin();
  for (int64_t number : {objects, versions, delete_markers, bytes}) out.Signed64(number);
  return out.Take();
}

base::Result<UsageRecord> UsageRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  UsageRecord record;
  for (int64_t* number :
       {&record.objects, &record.versions, &record.delete_markers, &record.bytes}) {
    *number = in.Signed64();
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("usage"));
  return record;
}

std::string DocumentRecord::Encode() const {
  RecordWriter out = Begin();
  out.Text(text);
  return out.Take();
}

base::Result<DocumentRecord> DocumentRecord::Decode(std::string_view encoded) {
  RecordReader in = Begin(encoded);
  DocumentRecord record;
  record.text = std::string(in.Text());
  PENSTOCK_RETURN_IF_ERROR(in.Finish("document"));
  return record;
}

}  // namespace penstock::store
