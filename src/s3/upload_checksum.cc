// SPDX-License-Identifier: Apache-2.0
#include "s3/upload_checksum.h"

#include <string>

#include "base/encoding.h"
#include "s3/checksum_names.h"
#include "s3/crc_combine.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using crypto::ChecksumKind;

constexpr char kAlgorithm[] = "x-amz-checksum-algorithm";
constexpr char kType[] = "x-amz-checksum-type";

bool IsCrc(ChecksumKind kind) {
  return kind != ChecksumKind::kSha1 && kind != ChecksumKind::kSha256;
}

const store::ObjectChecksum* FindKind(const store::PartInfo& part, ChecksumKind kind) {
  for (const store::ObjectChecksum& checksum : part.checksums) {
    if (checksum.kind == kind) return &checksum;
  }
  return nullptr;
}

Result<bool> ParseType(const std::string& type, ChecksumKind kind) {
  bool full_object = type.empty() ? kind == ChecksumKind::kCrc64Nvme : type == "FULL_OBJECT";
  bool known = type.empty() || type == "FULL_OBJECT" || type == "COMPOSITE";
  bool fits = full_object ? IsCrc(kind) : kind != ChecksumKind::kCrc64Nvme;
  if (known && fits) return full_object;
  return Refuse(code::kInvalidRequest, "The " + type + " checksum type cannot be used with the " +
                                           std::string(crypto::ChecksumName(kind)) +
                                           " checksum algorithm.");
}

}  // namespace

Result<std::optional<UploadChecksum>> ParseUploadChecksum(const net::Headers& headers) {
  std::string name = headers.GetOr(kAlgorithm, "");
  if (name.empty()) return std::nullopt;
  auto kind = ChecksumByName(name);
  if (!kind) return Refuse(code::kInvalidRequest, "Checksum algorithm provided is unsupported.");
  PENSTOCK_TRY(bool full_object, ParseType(headers.GetOr(kType, ""), *kind));
  return UploadChecksum{*kind, full_object};
}

std::optional<UploadChecksum> AnnouncedChecksum(const store::UploadInfo& upload) {
  if (!upload.checksum) return std::nullopt;
  return UploadChecksum{*upload.checksum, !upload.composite_checksum};
}

std::optional<store::ObjectChecksum> ChecksumOfParts(const UploadChecksum& wanted,
                                                     const std::vector<store::PartInfo>& parts) {
  if (wanted.full_object && !IsCrc(wanted.kind)) return std::nullopt;
  auto composite = crypto::MakeChecksum(wanted.kind);
  std::string full = composite->Finish();  // of nothing
  composite = crypto::MakeChecksum(wanted.kind);
  for (const store::PartInfo& part : parts) {
    const store::ObjectChecksum* checksum = FindKind(part, wanted.kind);
    if (checksum == nullptr) return std::nullopt;
    auto raw = base::Base64Decode(checksum->value);
    if (!raw || raw->size() != ChecksumBytes(wanted.kind)) return std::nullopt;
    composite->Update(*raw);
    if (wanted.full_object) full = CombineCrcs(wanted.kind, full, *raw, part.size);
  }
  if (wanted.full_object) {
    return store::ObjectChecksum{wanted.kind, base::Base64Encode(full), false};
  }
  std::string value = base::Base64Encode(composite->Finish()) + "-" + std::to_string(parts.size());
  return store::ObjectChecksum{wanted.kind, std::move(value), true};
}

}  // namespace penstock::s3
