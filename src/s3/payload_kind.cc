// SPDX-License-Identifier: Apache-2.0
#include "s3/payload_kind.h"

#include <algorithm>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

bool IsChunked(PayloadKind kind) {
  return kind != PayloadKind::kUnsigned && kind != PayloadKind::kLiteral;
}

base::Result<PayloadKind> ParsePayloadKind(std::string_view content_sha256) {
  if (content_sha256 == "UNSIGNED-PAYLOAD") return PayloadKind::kUnsigned;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return PayloadKind::kSignedChunks;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    return PayloadKind::kSignedChunksTrailer;
  }
  if (content_sha256 == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    return PayloadKind::kUnsignedChunksTrailer;
  }
  if (content_sha256.starts_with("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")) {
    return Refuse(code::kNotImplemented, "Signature version 4A is not offered");
  }
  bool hex = std::all_of(content_sha256.begin(), content_sha256.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (hex && content_sha256.size() == 64) return PayloadKind::kLiteral;
  return Refuse(code::kInvalidArgument,
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value, or a valid "
                "sha256 value.");
}

}  // namespace penstock::s3
