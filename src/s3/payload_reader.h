// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "net/http.h"
#include "s3/authenticator.h"
#include "s3/aws_chunked_reader.h"
#include "s3/payload_digests.h"

namespace penstock::s3 {

struct PayloadOptions {
  // The checksum to compute where the request promises none; InvalidRequest where it promises
  // another one.
  std::optional<crypto::ChecksumKind> checksum;
};

// The decoded body of a request. At its end everything that the request promised about it is
// verified, so that a reader who sees the end may trust what came; one who sees an error must
// forget it.
class PayloadReader final : public base::ByteSource {
 public:
  // The request must outlive the reader.
  static base::Result<std::unique_ptr<PayloadReader>> Open(net::Request& request,
                                                           const Identity& identity,
                                                           const PayloadOptions& options = {});

  base::Result<size_t> Read(std::span<char> buffer) override;

  // How many bytes will come, where the request says so.
  std::optional<uint64_t> length() const { return length_; }
  // The verified checksums; empty before the end.
  const std::vector<store::ObjectChecksum>& checksums() const { return checksums_; }

 private:
  PayloadReader(base::ByteSource& body, std::unique_ptr<AwsChunkedReader> chunked,
                std::optional<uint64_t> length, PayloadPromises promises)
      : body_(body), chunked_(std::move(chunked)), length_(length), digests_(std::move(promises)) {}

  base::Status Finish();

  base::ByteSource& body_;
  std::unique_ptr<AwsChunkedReader> chunked_;  // null where the body is not aws-chunked
  const std::optional<uint64_t> length_;
  PayloadDigests digests_;
  std::vector<store::ObjectChecksum> checksums_;
  bool finished_ = false;
  base::Status outcome_;
};

// How many bytes the decoded body will have, where the request says so.
base::Result<std::optional<uint64_t>> DecodedLengthOf(const net::Request& request,
                                                      const Identity& identity);

// A whole body of at most `limit` bytes, verified; MaxMessageLengthExceeded where it is longer.
base::Result<std::string> ReadSmallPayload(net::Request& request, const Identity& identity,
                                           size_t limit);

}  // namespace penstock::s3
