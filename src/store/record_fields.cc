// SPDX-License-Identifier: Apache-2.0
#include "store/record_fields.h"

#include <array>
#include <utility>

namespace penstock::store::record_field {
namespace {

using crypto::ChecksumKind;

// The numbers on disk; the position is the number less one.
constexpr std::array kChecksumKinds = {ChecksumKind::kCrc32, ChecksumKind::kCrc32c,
                                       ChecksumKind::kCrc64Nvme, ChecksumKind::kSha1,
                                       ChecksumKind::kSha256};

// Which attributes follow.
constexpr uint8_t kTags = 1;
constexpr uint8_t kRetention = 2;
constexpr uint8_t kLegalHold = 4;
constexpr uint8_t kAcl = 8;
constexpr uint8_t kOwner = 16;
constexpr uint8_t kAllAttributes = 31;

uint8_t AttributesOf(const ObjectAttributes& attributes) {
  int present = 0;
  if (!attributes.tags.empty()) present |= kTags;
  if (attributes.retention.mode != RetentionMode::kNone) present |= kRetention;
  if (attributes.legal_hold) present |= kLegalHold;
  if (!attributes.acl.empty()) present |= kAcl;
  if (!attributes.owner.empty()) present |= kOwner;
  return static_cast<uint8_t>(present);
}

}  // namespace

void WriteMap(RecordWriter& out, const std::map<std::string, std::string>& map) {
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

void WriteMetadata(RecordWriter& out, const ObjectMetadata& metadata) {
  out.Text(metadata.content_type);
  WriteMap(out, metadata.system);
  WriteMap(out, metadata.user);
}

ObjectMetadata ReadMetadata(RecordReader& in) {
  ObjectMetadata metadata;
  metadata.content_type = std::string(in.Text());
  metadata.system = ReadMap(in);
  metadata.user = ReadMap(in);
  return metadata;
}

void WriteChecksumKind(RecordWriter& out, std::optional<ChecksumKind> kind) {
  uint8_t number = 0;
  while (kind && kChecksumKinds[number++] != *kind) {
  }
  out.Byte(number);
}

std::optional<ChecksumKind> ReadChecksumKind(RecordReader& in) {
  uint8_t number = ReadByte(in, kChecksumKinds.size());
  if (number == 0) return std::nullopt;
  return kChecksumKinds[number - 1u];
}

void WriteChecksums(RecordWriter& out, const std::vector<ObjectChecksum>& checksums) {
  out.Varint(checksums.size());
  for (const ObjectChecksum& checksum : checksums) {
    WriteChecksumKind(out, checksum.kind);
    out.Byte(checksum.composite ? 1 : 0);
    out.Text(checksum.value);
  }
}

std::vector<ObjectChecksum> ReadChecksums(RecordReader& in) {
  std::vector<ObjectChecksum> checksums;
  for (size_t left = in.Count(3); left > 0; --left) {
    std::optional<ChecksumKind> kind = ReadChecksumKind(in);
    bool composite = ReadBool(in);
    std::string value(in.Text());
    if (!kind) {
      in.Reject();
      return {};
    }
    checksums.push_back({*kind, std::move(value), composite});
  }
  return checksums;
}

void WriteAttributes(RecordWriter& out, const ObjectAttributes& attributes) {
  uint8_t present = AttributesOf(attributes);
  out.Byte(present);
  if (present & kTags) WriteMap(out, attributes.tags);
  if (present & kRetention) {
    out.Byte(static_cast<uint8_t>(attributes.retention.mode));
    out.Signed64(base::ToMicros(attributes.retention.until));
  }
  if (present & kAcl) out.Text(attributes.acl);
  if (present & kOwner) out.Text(attributes.owner);
}

ObjectAttributes ReadAttributes(RecordReader& in) {
  ObjectAttributes attributes;
  uint8_t present = ReadByte(in, kAllAttributes);
  if (present & kTags) attributes.tags = ReadMap(in);
  if (present & kRetention) {
    attributes.retention.mode = static_cast<RetentionMode>(ReadByte(in, 2));
    attributes.retention.until = base::FromMicros(in.Signed64());
  }
  attributes.legal_hold = (present & kLegalHold) != 0;
  if (present & kAcl) attributes.acl = std::string(in.Text());
  if (present & kOwner) attributes.owner = std::string(in.Text());
  if (AttributesOf(attributes) != present) in.Reject();  // one that says nothing is left out
  return attributes;
}

uint8_t ReadByte(RecordReader& in, uint8_t greatest) {
  uint8_t byte = in.Byte();
  if (byte <= greatest) return byte;
  in.Reject();
  return 0;
}

bool ReadBool(RecordReader& in) { return ReadByte(in, 1) == 1; }

}  // namespace penstock::store::record_field
