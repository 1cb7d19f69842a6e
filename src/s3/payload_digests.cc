// SPDX-License-Identifier: Apache-2.0
#include "s3/payload_digests.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "s3/checksum_names.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr size_t kMd5Bytes = 16;

// These share the prefix of the checksums' headers but hold no checksum.
bool NamesChecksum(std::string_view lower_name) {
  return lower_name.starts_with("x-amz-checksum-") && lower_name != "x-amz-checksum-algorithm" &&
         lower_name != "x-amz-checksum-type" && lower_name != "x-amz-checksum-mode";
}

Status TakeChecksum(std::string_view lower_name, std::string_view value, bool in_trailer,
                    PayloadPromises& out) {
  auto kind = ChecksumByHeader(lower_name);
  if (!kind) {
    return Refuse(code::kInvalidRequest,
                  "The algorithm type you specified in x-amz-checksum- header is invalid.");
  }
  if (out.checksum_kind) {
    return Refuse(code::kInvalidRequest,
                  "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                  "allowed.");
  }
  out.checksum_kind = kind;
  if (in_trailer) return {};
  auto raw = base::Base64Decode(value);
  if (!raw || raw->size() != ChecksumBytes(*kind)) {
    return Refuse(code::kBadDigest, "Value for " + std::string(lower_name) + " header is invalid.");
  }
  out.checksum_value = value;
  return {};
}

Status TakeTrailerNames(std::string_view list, PayloadPromises& out) {
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    std::string name = base::ToLower(base::Trim(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (name.empty()) continue;
    if (NamesChecksum(name)) PENSTOCK_RETURN_IF_ERROR(TakeChecksum(name, "", true, out));
    out.trailers.push_back(std::move(name));
  }
  return {};
}

// x-amz-sdk-checksum-algorithm announces a checksum that must be there as well.
Status CheckAlgorithm(const net::Headers& headers, const PayloadPromises& promises) {
  const std::string* name = headers.Find("x-amz-sdk-checksum-algorithm");
  if (name == nullptr) return {};
  if (!ChecksumByName(*name)) {
    return Refuse(code::kInvalidRequest,
                  "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  if (promises.checksum_kind || promises.md5) return {};
  return Refuse(code::kInvalidRequest,
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
                "x-amz-trailer headers were found.");
}

}  // namespace

Result<PayloadPromises> ParsePayloadPromises(const net::Headers& headers) {
  PayloadPromises out;
  for (const auto& [name, value] : headers.items()) {
    std::string lower = base::ToLower(name);
    if (lower == "content-md5") {
      auto raw = base::Base64Decode(base::Trim(value));
      if (!raw || raw->size() != kMd5Bytes) return Refuse(code::kInvalidDigest);
      out.md5 = std::move(*raw);
    } else if (lower == "x-amz-trailer") {
      PENSTOCK_RETURN_IF_ERROR(TakeTrailerNames(value, out));
    } else if (NamesChecksum(lower)) {
      PENSTOCK_RETURN_IF_ERROR(TakeChecksum(lower, value, false, out));
    }
  }
  PENSTOCK_RETURN_IF_ERROR(CheckAlgorithm(headers, out));
  return out;
}

PayloadDigests::PayloadDigests(PayloadPromises promises) : promises_(std::move(promises)) {
  if (promises_.sha256) sha256_.emplace(crypto::DigestKind::kSha256);
  if (promises_.md5) md5_.emplace(crypto::DigestKind::kMd5);
  if (promises_.checksum_kind) checksum_ = crypto::MakeChecksum(*promises_.checksum_kind);
}

void PayloadDigests::Update(std::string_view bytes) {
  if (sha256_) sha256_->Update(bytes);
  if (md5_) md5_->Update(bytes);
  if (checksum_) checksum_->Update(bytes);
}

Result<std::vector<store::ObjectChecksum>> PayloadDigests::Verify(const Trailers& trailers) {
  if (sha256_ && base::HexEncode(sha256_->Finish()) != *promises_.sha256) {
    return Refuse(code::kXAmzContentSha256Mismatch);
  }
  if (md5_ && md5_->Finish() != *promises_.md5) {
    return Refuse(code::kBadDigest,
                  "The Content-MD5 you specified did not match what we received.");
  }
  PENSTOCK_RETURN_IF_ERROR(VerifyTrailers(trailers));
  return VerifyChecksum(trailers);
}

// All that came must have been announced, or nobody would have looked at it.
Status PayloadDigests::VerifyTrailers(const Trailers& trailers) {
  for (const auto& [name, value] : trailers) {
    const auto& declared = promises_.trailers;
    if (std::find(declared.begin(), declared.end(), name) == declared.end()) {
      return Refuse(code::kMalformedTrailerError);
    }
  }
  return {};
}

Result<std::vector<store::ObjectChecksum>> PayloadDigests::VerifyChecksum(
    const Trailers& trailers) {
  if (!checksum_) return std::vector<store::ObjectChecksum>();
  crypto::ChecksumKind kind = *promises_.checksum_kind;
  if (!promises_.checksum_promised) {
    return std::vector<store::ObjectChecksum>{
        {kind, base::Base64Encode(checksum_->Finish()), false}};
  }
  std::string promised = promises_.checksum_value;
  if (promised.empty()) {
    std::string name = ChecksumHeader(kind);
    auto found = std::find_if(trailers.begin(), trailers.end(),
                              [&](const auto& trailer) { return trailer.first == name; });
    if (found == trailers.end()) return Refuse(code::kMalformedTrailerError);
    promised = found->second;
  }
  if (base::Base64Encode(checksum_->Finish()) != promised) {
    return Refuse(code::kBadDigest, "The " + std::string(crypto::ChecksumName(kind)) +
                                        " you specified did not match the calculated checksum.");
  }
  return std::vector<store::ObjectChecksum>{{kind, std::move(promised), false}};
}

}  // namespace penstock::s3
