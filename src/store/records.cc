// SPDX-License-Identifier: Apache-2.0
#include "store/records.h"

#include <array>
#include <map>

#include "store/record_codec.h"

namespace penstock::store {
namespace {

using crypto::ChecksumKind;

constexpr uint8_t kVersion = 1;

// The numbers on disk; the position is the number less one.
constexpr std::array kChecksumKinds = {ChecksumKind::kCrc32, ChecksumKind::kCrc32c,
                                       ChecksumKind::kCrc64Nvme, ChecksumKind::kSha1,
                                       ChecksumKind::kSha256};

RecordWriter Begin() {
  RecordWriter out;
  out.Byte(kVersion);
  return out;
}

RecordReader Begin(std::string_view text) {
  RecordReader in(text);
  if (in.Byte() != kVersion) in.Reject();
  return in;
}

void Write(RecordWriter& out, const std::map<std::string, std::string>& map) {
  out.Varint(map.size());
  for (const auto& [name, value] : map) {
    out.Text(name);
    out.Text(value);
  }
}

std::map<std::string, std::string> ReadMap(RecordReader& in) {
  std::map<std::string, std::string> map;
  for (size_t left = in.Count(2); left > 0; --left) {
    std::string name(in.Text());
    std::string value(in.Text());
    // Names are written in order, so each belongs behind all the others.
    if (!map.empty() && map.rbegin()->first >= name) in.Reject();
    map.insert_or_assign(std::move(name), std::move(value));
  }
  return map;
}

void Write(RecordWriter& out, const ObjectMetadata& metadata) {
  out.Text(metadata.content_type);
  Write(out, metadata.system);
  Write(out, metadata.user);
}

ObjectMetadata ReadMetadata(RecordReader& in) {
  ObjectMetadata metadata;
  metadata.content_type = std::string(in.Text());
  metadata.system = ReadMap(in);
  metadata.user = ReadMap(in);
  return metadata;
}

void Write(RecordWriter& out, const std::vector<ObjectChecksum>& checksums) {
  out.Varint(checksums.size());
  for (const ObjectChecksum& checksum : checksums) {
    uint8_t number = 0;
    while (kChecksumKinds[number] != checksum.kind) ++number;
    out.Byte(static_cast<uint8_t>(number + 1));
    out.Byte(checksum.composite ? 1 : 0);
    out.Text(checksum.value);
  }
}

std::vector<ObjectChecksum> ReadChecksums(RecordReader& in) {
  std::vector<ObjectChecksum> checksums;
  for (size_t left = in.Count(3); left > 0; --left) {
    size_t number = in.Byte();
    uint8_t composite = in.Byte();
    std::string value(in.Text());
    if (number < 1 || number > kChecksumKinds.size() || composite > 1) {
      in.Reject();
      return {};
    }
    checksums.push_back({kChecksumKinds[number - 1], std::move(value), composite == 1});
  }
  return checksums;
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
  RecordWriter out = Begin();
  out.Varint(id);
  out.Signed64(base::ToMicros(created_at));
  return out.Take();
}

base::Result<BucketRecord> BucketRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  BucketRecord record;
  record.id = in.Varint();
  record.created_at = base::FromMicros(in.Signed64());
  PENSTOCK_RETURN_IF_ERROR(in.Finish("bucket"));
  return record;
}

std::string ObjectRecord::Encode() const {
  RecordWriter out = Begin();
  out.Varint(sequence);
  out.Varint(content);
  out.Byte(static_cast<uint8_t>(storage));
  out.Varint(size);
  out.Signed64(base::ToMicros(modified_at));
  out.Text(etag);
  out.Text(upload_id);
  Write(out, metadata);
  Write(out, checksums);
  return out.Take();
}

base::Result<ObjectRecord> ObjectRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  ObjectRecord record;
  record.sequence = in.Varint();
  record.content = in.Varint();
  record.storage = ReadStorage(in);
  record.size = in.Varint();
  record.modified_at = base::FromMicros(in.Signed64());
  record.etag = std::string(in.Text());
  record.upload_id = std::string(in.Text());
  record.metadata = ReadMetadata(in);
  record.checksums = ReadChecksums(in);
  PENSTOCK_RETURN_IF_ERROR(in.Finish("object"));
  return record;
}

std::string ContentRecord::Encode() const {
  RecordWriter out = Begin();
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
    Write(out, part.checksums);
  }
  return out.Take();
}

base::Result<ContentRecord> ContentRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  ContentRecord record;
  record.storage = ReadStorage(in);
  if (record.storage == Storage::kInline) {
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
      record.parts.push_back(std::move(part));
    }
  }
  PENSTOCK_RETURN_IF_ERROR(in.Finish("content"));
  return record;
}

std::string FileRecord::Encode() const {
  RecordWriter out = Begin();
  out.Varint(size);
  out.Varint(block_size);
  out.Varint(block_sums.size());
  for (uint32_t sum : block_sums) out.Fixed32(sum);
  return out.Take();
}

base::Result<FileRecord> FileRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  FileRecord record;
  record.size = in.Varint();
  uint64_t block_size = in.Varint();
  if (block_size < 1 || block_size > kMaxBlockSize) in.Reject();
  size_t count = in.Count(4);
  record.block_sums.reserve(count);
  for (; count > 0; --count) record.block_sums.push_back(in.Fixed32());
  PENSTOCK_RETURN_IF_ERROR(in.Finish("file"));
  record.block_size = static_cast<uint32_t>(block_size);
  uint64_t blocks = record.size / block_size + (record.size % block_size != 0 ? 1 : 0);
  if (record.block_sums.size() != blocks) in.Reject();
  PENSTOCK_RETURN_IF_ERROR(in.Finish("file"));
  return record;
}

std::string UploadRecord::Encode() const {
  RecordWriter out = Begin();
  out.Varint(number);
  out.Signed64(base::ToMicros(started_at));
  Write(out, metadata);
  return out.Take();
}

base::Result<UploadRecord> UploadRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  UploadRecord record;
  record.number = in.Varint();
  record.started_at = base::FromMicros(in.Signed64());
  record.metadata = ReadMetadata(in);
  PENSTOCK_RETURN_IF_ERROR(in.Finish("upload"));
  return record;
}

std::string PartRecord::Encode() const {
  RecordWriter out = Begin();
  out.Varint(file);
  out.Varint(size);
  out.Signed64(base::ToMicros(modified_at));
  out.Text(etag);
  Write(out, checksums);
  return out.Take();
}

base::Result<PartRecord> PartRecord::Decode(std::string_view text) {
  RecordReader in = Begin(text);
  PartRecord record;
  record.file = in.Varint();
  record.size = in.Varint();
  record.modified_at = base::FromMicros(in.Signed64());
  record.etag = std::string(in.Text());
  record.checksums = ReadChecksums(in);
  PENSTOCK_RETURN_IF_ERROR(in.Finish("part"));
  return record;
}

}  // namespace penstock::store
