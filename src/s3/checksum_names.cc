// SPDX-License-Identifier: Apache-2.0
#include "s3/checksum_names.h"

#include "base/encoding.h"

namespace penstock::s3 {
namespace {

using crypto::ChecksumKind;

constexpr std::string_view kHeaderPrefix = "x-amz-checksum-";

std::string_view TypeName(const store::ObjectChecksum& checksum) {
  return checksum.composite ? "COMPOSITE" : "FULL_OBJECT";
}

}  // namespace

std::string ChecksumHeader(ChecksumKind kind) {
  return std::string(kHeaderPrefix) + base::ToLower(crypto::ChecksumName(kind));
}

std::string ChecksumElement(ChecksumKind kind) {
  return "Checksum" + std::string(crypto::ChecksumName(kind));
}

size_t ChecksumBytes(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
      return 4;
    case ChecksumKind::kCrc32c:
      return 4;
    case ChecksumKind::kCrc64Nvme:
      return 8;
    case ChecksumKind::kSha1:
      return 20;
    case ChecksumKind::kSha256:
      return 32;
  }
  return 0;
}

std::optional<ChecksumKind> ChecksumByName(std::string_view name) {
  for (ChecksumKind kind : kChecksumKinds) {
    if (base::EqualsIgnoreCase(name, crypto::ChecksumName(kind))) return kind;
  }
  return std::nullopt;
}

std::optional<ChecksumKind> ChecksumByHeader(std::string_view header) {
  if (!base::EqualsIgnoreCase(header.substr(0, kHeaderPrefix.size()), kHeaderPrefix)) {
    return std::nullopt;
  }
  return ChecksumByName(header.substr(kHeaderPrefix.size()));
}

void AddChecksumHeaders(const std::vector<store::ObjectChecksum>& checksums,
                        net::Headers& headers) {
  for (const store::ObjectChecksum& checksum : checksums) {
    headers.Set(ChecksumHeader(checksum.kind), checksum.value);
    headers.Set("x-amz-checksum-type", TypeName(checksum));
  }
}

void WriteChecksums(const std::vector<store::ObjectChecksum>& checksums, bool with_type,
                    text::XmlWriter& xml) {
  for (const store::ObjectChecksum& checksum : checksums) {
    xml.Text(ChecksumElement(checksum.kind), checksum.value);
  }
  if (with_type && !checksums.empty()) xml.Text("ChecksumType", TypeName(checksums.front()));
}

}  // namespace penstock::s3
