// SPDX-License-Identifier: Apache-2.0
#include "store/assemble.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "crypto/digest.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Status CheckOrder(const std::vector<CompletedPart>& chosen) {
  if (chosen.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadPart, "an upload needs at least one part");
  }
  for (size_t i = 1; i < chosen.size(); ++i) {
    if (chosen[i].number <= chosen[i - 1].number) {
      return Fail(Code::kInvalidArgument, reason::kBadPartOrder,
                  "part " + std::to_string(chosen[i].number) + " comes after part " +
                      std::to_string(chosen[i - 1].number));
    }
  }
  return {};
}

Result<const PartRecord*> FindChosen(const std::map<int, PartRecord>& put,
                                     const CompletedPart& chosen) {
  auto found = put.find(chosen.number);
  if (found == put.end()) {
    return Fail(Code::kInvalidArgument, reason::kBadPart,
                "part " + std::to_string(chosen.number) + " was never uploaded");
  }
  if (found->second.etag != chosen.etag) {
    return Fail(Code::kInvalidArgument, reason::kBadPart,
                "the ETag of part " + std::to_string(chosen.number) + " is " + found->second.etag);
  }
  return &found->second;
}

// The checksum of that kind of the parts' checksums; nothing where a part has none.
std::optional<ObjectChecksum> Compose(crypto::ChecksumKind kind,
                                      const std::vector<FilePart>& parts) {
  auto sum = crypto::MakeChecksum(kind);
  for (const FilePart& part : parts) {
    auto found =
        std::find_if(part.checksums.begin(), part.checksums.end(),
                     [&](const ObjectChecksum& checksum) { return checksum.kind == kind; });
    if (found == part.checksums.end()) return std::nullopt;
    auto raw = base::Base64Decode(found->value);
    if (!raw) return std::nullopt;
    sum->Update(*raw);
  }
  return ObjectChecksum{
      kind, base::Base64Encode(sum->Finish()) + "-" + std::to_string(parts.size()), true};
}

// S3 has no composite form of CRC64NVME.
std::vector<ObjectChecksum> ComposeAll(const std::vector<FilePart>& parts) {
  std::vector<ObjectChecksum> checksums;
  for (const ObjectChecksum& first : parts.front().checksums) {
    if (first.kind == crypto::ChecksumKind::kCrc64Nvme) continue;
    std::optional<ObjectChecksum> composed = Compose(first.kind, parts);
    if (composed) checksums.push_back(std::move(*composed));
  }
  return checksums;
}

}  // namespace

Result<Assembled> AssembleParts(const std::map<int, PartRecord>& put,
                                const std::vector<CompletedPart>& chosen) {
  PENSTOCK_RETURN_IF_ERROR(CheckOrder(chosen));
  Assembled assembled;
  assembled.content.storage = Storage::kFiles;
  for (size_t i = 0; i < chosen.size(); ++i) {
    PENSTOCK_TRY(const PartRecord* part, FindChosen(put, chosen[i]));
    if (part->size < kMinPartSize && i + 1 < chosen.size()) {
      return Fail(Code::kInvalidArgument, reason::kPartTooSmall,
                  "part " + std::to_string(chosen[i].number) + " has " +
                      std::to_string(part->size) + " bytes; all but the last need 5 MiB");
    }
    assembled.size += part->size;
    assembled.content.parts.push_back(
        {part->file, part->size, chosen[i].number, part->checksums, part->salt});
  }
  std::optional<std::string> etag = MultipartEtag(chosen);
  if (!etag) return Fail(Code::kInternal, "a part's ETag is not an MD5");
  assembled.etag = std::move(*etag);
  assembled.checksums = ComposeAll(assembled.content.parts);
  return assembled;
}

std::optional<std::string> MultipartEtag(const std::vector<CompletedPart>& parts) {
  crypto::Digest md5(crypto::DigestKind::kMd5);
  for (const CompletedPart& part : parts) {
    auto raw = base::HexDecode(part.etag);
    if (!raw || raw->size() != 16) return std::nullopt;
    md5.Update(*raw);
  }
  return base::HexEncode(md5.Finish()) + "-" + std::to_string(parts.size());
}

}  // namespace penstock::store
