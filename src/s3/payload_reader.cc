// SPDX-License-Identifier: Apache-2.0
#include "s3/payload_reader.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

Result<uint64_t> DecodedLength(const net::Headers& headers) {
  const std::string* text = headers.Find("x-amz-decoded-content-length");
  if (text == nullptr) return Refuse(code::kMissingContentLength);
  uint64_t length = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (text->empty() || error != std::errc() || end != text->data() + text->size()) {
    return Refuse(code::kInvalidArgument, "x-amz-decoded-content-length is not a number.");
  }
  return length;
}

Status WantChecksum(crypto::ChecksumKind wanted, PayloadPromises& promises) {
  if (!promises.checksum_kind) {
    promises.checksum_kind = wanted;
    promises.checksum_promised = false;
  }
  if (*promises.checksum_kind == wanted) return {};
  return Refuse(code::kInvalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: " +
                    base::ToLower(crypto::ChecksumName(wanted)) + ", actual checksum Type: " +
                    base::ToLower(crypto::ChecksumName(*promises.checksum_kind)));
}

std::unique_ptr<AwsChunkedReader> OpenChunked(net::Request& request, const Identity& identity,
                                              uint64_t length) {
  const Authorization& authorization = identity.authorization;
  AwsChunkedOptions options;
  options.kind = authorization.payload_kind;
  options.decoded_length = length;
  options.signing_key = identity.signing_key;
  options.amz_date = authorization.amz_date;
  options.scope_text = authorization.scope.Text();
  options.seed_signature = authorization.signature;
  return std::make_unique<AwsChunkedReader>(*request.body, std::move(options));
}

}  // namespace

Result<std::optional<uint64_t>> DecodedLengthOf(const net::Request& request,
                                                const Identity& identity) {
  if (!IsChunked(identity.authorization.payload_kind)) return request.head.content_length;
  return DecodedLength(request.head.headers);
}

Result<std::unique_ptr<PayloadReader>> PayloadReader::Open(net::Request& request,
                                                           const Identity& identity,
                                                           const PayloadOptions& options) {
  PENSTOCK_TRY(PayloadPromises promises, ParsePayloadPromises(request.head.headers));
  if (options.checksum) PENSTOCK_RETURN_IF_ERROR(WantChecksum(*options.checksum, promises));
  const Authorization& authorization = identity.authorization;
  PENSTOCK_TRY(std::optional<uint64_t> length, DecodedLengthOf(request, identity));
  std::unique_ptr<AwsChunkedReader> chunked;
  if (IsChunked(authorization.payload_kind)) {
    chunked = OpenChunked(request, identity, *length);
  } else if (authorization.payload_kind == PayloadKind::kLiteral) {
    promises.sha256 = authorization.payload_sha256;
  }
  return std::unique_ptr<PayloadReader>(
      new PayloadReader(*request.body, std::move(chunked), length, std::move(promises)));
}

Result<size_t> PayloadReader::Read(std::span<char> buffer) {
  if (!finished_) {
    auto count = chunked_ ? chunked_->Read(buffer) : body_.Read(buffer);
    if (!count || *count > 0) {
      if (count) digests_.Update({buffer.data(), *count});
      return count;
    }
    finished_ = true;
    outcome_ = Finish();
  }
  PENSTOCK_RETURN_IF_ERROR(outcome_);
  return size_t{0};
}

Status PayloadReader::Finish() {
  PENSTOCK_TRY(checksums_, digests_.Verify(chunked_ ? chunked_->trailers() : Trailers()));
  return {};
}

Result<std::string> ReadSmallPayload(net::Request& request, const Identity& identity,
                                     size_t limit) {
  PENSTOCK_TRY(auto reader, PayloadReader::Open(request, identity));
  if (reader->length().value_or(0) > limit) return Refuse(code::kMaxMessageLengthExceeded);
  auto body = base::ReadAll(*reader, limit);
  if (!body && body.error().code() == base::Code::kResourceExhausted) {
    return Refuse(code::kMaxMessageLengthExceeded);
  }
  return body;
}

}  // namespace penstock::s3
