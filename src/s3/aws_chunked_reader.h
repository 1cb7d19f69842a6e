// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "s3/payload_kind.h"

namespace penstock::s3 {

// Header fields behind the last chunk, names in lower case.
using Trailers = std::vector<std::pair<std::string, std::string>>;

struct AwsChunkedOptions {
  PayloadKind kind = PayloadKind::kUnsignedChunksTrailer;  // one of the chunked kinds
  uint64_t decoded_length = 0;                             // x-amz-decoded-content-length
  // Of signed kinds only:
  std::string signing_key;
  std::string amz_date;
  std::string scope_text;
  std::string seed_signature;
};

// Takes the aws-chunked framing off a body and verifies it: chunk signatures, the trailer's
// signature, the decoded length, and that nothing follows ("Signature calculations: Transferring
// payload in multiple chunks"). Bytes of a chunk are handed on before its signature is known, so
// the reader of this must throw everything away where it fails. Memory is bounded by the longest
// line and the trailer, both limited.
class AwsChunkedReader final : public base::ByteSource {
 public:
  // The source must outlive the reader.
  AwsChunkedReader(base::ByteSource& source, AwsChunkedOptions options);

  base::Result<size_t> Read(std::span<char> buffer) override;

  // Empty before the end.
  const Trailers& trailers() const { return trailers_; }

 private:
  enum class State { kChunkHeader, kChunkData, kDone, kFailed };

  base::Result<size_t> ReadSome(std::span<char> buffer);
  base::Status Fill();
  base::Result<char> NextByte();
  base::Result<std::string> NextLine(size_t limit);
  base::Status ReadChunkHeader();
  base::Status ParseChunkHeader(std::string_view line);
  base::Result<size_t> ReadChunkData(std::span<char> buffer);
  base::Status EndChunk();
  base::Status CheckChunkSignature();
  base::Status ReadTrailers();
  base::Status CheckTrailerSignature(std::string_view signature);
  base::Status ReadEnd();

  bool is_signed() const { return options_.kind != PayloadKind::kUnsignedChunksTrailer; }

  base::ByteSource& source_;
  const AwsChunkedOptions options_;
  State state_ = State::kChunkHeader;
  base::Status failure_;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // of what buffer_ still holds
  size_t end_ = 0;
  uint64_t chunk_left_ = 0;
  uint64_t decoded_ = 0;
  std::string chunk_signature_;     // of the chunk being read
  std::string previous_signature_;  // of the chunk before it
  crypto::Digest chunk_digest_;
  Trailers trailers_;
};

}  // namespace penstock::s3
