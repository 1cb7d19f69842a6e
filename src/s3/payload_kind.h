// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"

namespace penstock::s3 {

// How the body of a request is guarded, as x-amz-content-sha256 says.
enum class PayloadKind {
  kUnsigned,               // UNSIGNED-PAYLOAD
  kLiteral,                // the body's SHA-256 in hex
  kSignedChunks,           // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
  kSignedChunksTrailer,    // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
  kUnsignedChunksTrailer,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
};

// Whether the body is framed in aws-chunked chunks.
bool IsChunked(PayloadKind kind);

base::Result<PayloadKind> ParsePayloadKind(std::string_view content_sha256);

}  // namespace penstock::s3
