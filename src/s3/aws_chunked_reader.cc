// SPDX-License-Identifier: Apache-2.0
#include "s3/aws_chunked_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/sigv4.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr size_t kBufferBytes = 64 << 10;
constexpr size_t kMaxChunkHeaderBytes = 512;
constexpr size_t kMaxTrailerLineBytes = 4096;
constexpr size_t kMaxTrailers = 16;
constexpr std::string_view kSignatureExtension = "chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";

auto Malformed(std::string_view what) {
  return Refuse(code::kInvalidRequest, "The aws-chunked body is malformed: " + std::string(what));
}

auto WrongLength() {
  return Refuse(code::kIncompleteBody,
                "The chunks of the body do not add up to x-amz-decoded-content-length.");
}

}  // namespace

AwsChunkedReader::AwsChunkedReader(base::ByteSource& source, AwsChunkedOptions options)
    : source_(source),
      options_(std::move(options)),
      buffer_(kBufferBytes),
      previous_signature_(options_.seed_signature),
      chunk_digest_(crypto::DigestKind::kSha256) {}

Result<size_t> AwsChunkedReader::Read(std::span<char> buffer) {
  if (state_ == State::kFailed) return base::Fail(failure_.error());
  auto count = ReadSome(buffer);
  if (!count) {
    state_ = State::kFailed;
    failure_ = base::Fail(count.error());
  }
  return count;
}

Result<size_t> AwsChunkedReader::ReadSome(std::span<char> buffer) {
  if (state_ == State::kChunkHeader) PENSTOCK_RETURN_IF_ERROR(ReadChunkHeader());
  if (state_ == State::kDone) return size_t{0};
  return ReadChunkData(buffer);
}

Status AwsChunkedReader::Fill() {
  PENSTOCK_TRY(end_, source_.Read(buffer_));
  begin_ = 0;
  if (end_ == 0) return Refuse(code::kIncompleteBody, "The body ended before its last chunk.");
  return {};
}

Result<char> AwsChunkedReader::NextByte() {
  if (begin_ == end_) PENSTOCK_RETURN_IF_ERROR(Fill());
  return buffer_[begin_++];
}

// Without its line end; some clients end trailer lines with a bare line feed.
Result<std::string> AwsChunkedReader::NextLine(size_t limit) {
  std::string line;
  while (true) {
    PENSTOCK_TRY(char c, NextByte());
    if (c == '\n') break;
    if (line.size() == limit) return Malformed("a line is too long.");
    line.push_back(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Status AwsChunkedReader::ReadChunkHeader() {
  PENSTOCK_TRY(std::string line, NextLine(kMaxChunkHeaderBytes));
  PENSTOCK_RETURN_IF_ERROR(ParseChunkHeader(line));
  if (chunk_left_ > 0) {
    state_ = State::kChunkData;
    return {};
  }
  // The last chunk has no data and no line end after it; the trailer follows.
  if (is_signed()) PENSTOCK_RETURN_IF_ERROR(CheckChunkSignature());
  if (decoded_ != options_.decoded_length) return WrongLength();
  PENSTOCK_RETURN_IF_ERROR(ReadTrailers());
  PENSTOCK_RETURN_IF_ERROR(ReadEnd());
  state_ = State::kDone;
  return {};
}

Status AwsChunkedReader::ParseChunkHeader(std::string_view line) {
  size_t size_end = std::min(line.find(';'), line.size());
  std::string_view size = line.substr(0, size_end);
  auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), chunk_left_, 16);
  if (size.empty() || error != std::errc() || end != size.data() + size.size()) {
    return Malformed("a chunk has no size.");
  }
  if (chunk_left_ > options_.decoded_length - decoded_) return WrongLength();
  if (!is_signed()) return {};
  std::string_view extension = line.substr(std::min(size_end + 1, line.size()));
  if (!extension.starts_with(kSignatureExtension)) return Malformed("a chunk has no signature.");
  chunk_signature_ = base::Trim(extension.substr(kSignatureExtension.size()));
  return {};
}

Result<size_t> AwsChunkedReader::ReadChunkData(std::span<char> buffer) {
  size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), chunk_left_));
  size_t count = std::min(wanted, end_ - begin_);
  if (count > 0) {
    std::memcpy(buffer.data(), buffer_.data() + begin_, count);
    begin_ += count;
  } else {
    // Nothing is buffered: straight into the caller's memory.
    PENSTOCK_TRY(count, source_.Read(buffer.first(wanted)));
    if (count == 0) return Refuse(code::kIncompleteBody, "The body ended within a chunk.");
  }
  if (is_signed()) chunk_digest_.Update({buffer.data(), count});
  chunk_left_ -= count;
  decoded_ += count;
  if (chunk_left_ == 0) PENSTOCK_RETURN_IF_ERROR(EndChunk());
  return count;
}

Status AwsChunkedReader::EndChunk() {
  PENSTOCK_TRY(std::string line, NextLine(1));
  if (!line.empty()) return Malformed("a chunk is longer than its size.");
  if (is_signed()) PENSTOCK_RETURN_IF_ERROR(CheckChunkSignature());
  state_ = State::kChunkHeader;
  return {};
}

Status AwsChunkedReader::CheckChunkSignature() {
  std::string expected =
      Signature(options_.signing_key,
                ChunkStringToSign(options_.amz_date, options_.scope_text, previous_signature_,
                                  base::HexEncode(chunk_digest_.Finish())));
  if (!base::ConstantTimeEquals(expected, chunk_signature_)) {
    return Refuse(code::kSignatureDoesNotMatch);
  }
  previous_signature_ = std::move(expected);
  return {};
}

// Lines "name:value" up to an empty one; the signed kind ends with the trailer's own signature.
Status AwsChunkedReader::ReadTrailers() {
  std::string trailer_signature;
  while (true) {
    PENSTOCK_TRY(std::string line, NextLine(kMaxTrailerLineBytes));
    if (line.empty()) break;
    size_t colon = line.find(':');
    if (colon == std::string::npos || options_.kind == PayloadKind::kSignedChunks ||
        trailers_.size() == kMaxTrailers) {
      return Refuse(code::kMalformedTrailerError);
    }
    std::string name = base::ToLower(base::Trim(std::string_view(line).substr(0, colon)));
    std::string value(base::Trim(std::string_view(line).substr(colon + 1)));
    if (name == kTrailerSignature) {
      trailer_signature = std::move(value);
    } else {
      trailers_.emplace_back(std::move(name), std::move(value));
    }
  }
  if (options_.kind != PayloadKind::kSignedChunksTrailer) return {};
  return CheckTrailerSignature(trailer_signature);
}

Status AwsChunkedReader::CheckTrailerSignature(std::string_view signature) {
  Trailers sorted = trailers_;
  std::sort(sorted.begin(), sorted.end());
  std::string canonical;
  for (const auto& [name, value] : sorted) canonical += name + ":" + value + "\n";
  std::string expected =
      Signature(options_.signing_key,
                TrailerStringToSign(options_.amz_date, options_.scope_text, previous_signature_,
                                    base::HexEncode(crypto::Sha256(canonical))));
  if (base::ConstantTimeEquals(expected, signature)) return {};
  return Refuse(code::kSignatureDoesNotMatch);
}

Status AwsChunkedReader::ReadEnd() {
  if (begin_ < end_) return Malformed("bytes follow the last chunk.");
  PENSTOCK_TRY(size_t more, source_.Read(buffer_));
  if (more > 0) return Malformed("bytes follow the last chunk.");
  return {};
}

}  // namespace penstock::s3
