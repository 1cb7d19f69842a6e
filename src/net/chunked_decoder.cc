// SPDX-License-Identifier: Apache-2.0
#include "net/chunked_decoder.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "net/http_syntax.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;

// So many digits that the size fits an int64_t.
constexpr size_t kMaxSizeDigits = 15;

// A chunk's size line may be so long before it counts as overhead; so may half of its data.
constexpr uint64_t kFreeLineBytes = 32;

}  // namespace

base::Result<ChunkedDecoder::Step> ChunkedDecoder::Next(std::string_view input, size_t max_data) {
  size_t used = 0;
  while (!done()) {
    if (state_ == State::kData) {
      size_t there = std::min(input.size() - used, max_data);
      auto count = static_cast<size_t>(std::min<uint64_t>(chunk_left_, there));
      chunk_left_ -= count;
      if (chunk_left_ == 0) state_ = State::kDataEnd;
      return Step{used + count, input.substr(used, count)};
    }
    base::Result<size_t> count = Advance(input.substr(used));
    if (!count) {
      state_ = State::kFailed;
      return Fail(std::move(count).error());
    }
    used += *count;
    if (*count == 0) break;
  }
  return Step{used, {}};
}

// Consumes one element of framing, or nothing where the input does not hold all of it.
base::Result<size_t> ChunkedDecoder::Advance(std::string_view input) {
  if (state_ == State::kFailed) {
    return Fail(Code::kInvalidArgument, "the chunked body is framed wrongly");
  }
  if (state_ == State::kDataEnd) {
    std::string_view end = std::string_view("\r\n").substr(0, input.size());
    if (!input.starts_with(end)) {
      return Fail(Code::kInvalidArgument, "a chunk of the body is longer than its size says");
    }
    if (input.size() < 2) return 0;
    state_ = State::kSize;
    return 2;
  }
  std::string_view line;
  PENSTOCK_TRY(size_t count, TakeLine(input, line));
  if (count == 0) return 0;
  PENSTOCK_RETURN_IF_ERROR(state_ == State::kSize ? ParseSizeLine(line) : ParseTrailerLine(line));
  return count;
}

base::Result<size_t> ChunkedDecoder::TakeLine(std::string_view input, std::string_view& line) {
  size_t end = input.substr(0, kMaxLineBytes).find('\n');
  if (end == std::string_view::npos) {
    if (input.size() < kMaxLineBytes) return 0;
    return Fail(Code::kInvalidArgument, "a line of the chunked body is too long");
  }
  if (end == 0 || input[end - 1] != '\r') {
    return Fail(Code::kInvalidArgument, "a line of the chunked body ends with a line feed alone");
  }
  line = input.substr(0, end - 1);
  return end + 1;
}

base::Status ChunkedDecoder::ParseSizeLine(std::string_view line) {
  size_t digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
  std::string_view extension = line.substr(digits);
  bool valid = digits > 0 && digits <= kMaxSizeDigits && IsFieldValue(extension) &&
               (extension.empty() || base::Trim(extension).starts_with(';'));
  if (!valid) return Fail(Code::kInvalidArgument, "a chunk of the body has no valid size");
  std::from_chars(line.data(), line.data() + digits, chunk_left_, 16);
  if (chunk_left_ == 0) {
    state_ = State::kTrailer;
    return {};
  }
  uint64_t line_bytes = line.size();
  uint64_t allowance = kFreeLineBytes + chunk_left_ / 2;
  overhead_bytes_ += line_bytes > allowance ? line_bytes - allowance : 0;
  if (overhead_bytes_ > kMaxOverheadBytes) {
    return Fail(Code::kInvalidArgument, "the chunked body is mostly chunk extensions");
  }
  state_ = State::kData;
  return {};
}

base::Status ChunkedDecoder::ParseTrailerLine(std::string_view line) {
  if (line.empty()) {
    state_ = State::kDone;
    return {};
  }
  trailer_bytes_ += line.size() + 2;
  if (trailer_bytes_ > kMaxTrailerBytes) {
    return Fail(Code::kInvalidArgument, "the chunked body's trailer is too long");
  }
  PENSTOCK_TRY([[maybe_unused]] auto field, SplitFieldLine(line));
  return {};
}

}  // namespace penstock::net
