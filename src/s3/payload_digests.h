// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/checksum.h"
#include "crypto/digest.h"
#include "net/http.h"
#include "s3/aws_chunked_reader.h"
#include "store/object_store.h"

namespace penstock::s3 {

// What a request promises about its decoded body.
struct PayloadPromises {
  std::optional<std::string> sha256;  // lower-case hex
  std::optional<std::string> md5;     // raw
  std::optional<crypto::ChecksumKind> checksum_kind;
  bool checksum_promised = true;      // else it is only to be computed
  std::string checksum_value;         // base64; empty where it comes in a trailer
  std::vector<std::string> trailers;  // declared by x-amz-trailer, in lower case
};

// Reads Content-MD5, x-amz-checksum-* and x-amz-trailer; sha256 is left to the caller.
base::Result<PayloadPromises> ParsePayloadPromises(const net::Headers& headers);

// Computes what was promised or asked for, and nothing else.
class PayloadDigests {
 public:
  explicit PayloadDigests(PayloadPromises promises);

  void Update(std::string_view bytes);
  // After the last byte: XAmzContentSHA256Mismatch, BadDigest or MalformedTrailerError where a
  // promise was broken; otherwise the verified checksums to keep. Call once.
  base::Result<std::vector<store::ObjectChecksum>> Verify(const Trailers& trailers);

 private:
  base::Status VerifyTrailers(const Trailers& trailers);
  base::Result<std::vector<store::ObjectChecksum>> VerifyChecksum(const Trailers& trailers);

  const PayloadPromises promises_;
  std::optional<crypto::Digest> sha256_;
  std::optional<crypto::Digest> md5_;
  std::unique_ptr<crypto::Checksum> checksum_;
};

}  // namespace penstock::s3
