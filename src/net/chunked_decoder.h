// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::net {

// Takes a body in chunked transfer coding apart (RFC 9112 section 7.1), piece by piece. Pure.
// Extensions and trailer fields are checked and dropped. Bounded: a line and the trailers have a
// largest size, and framing may not outweigh the data by far, as in bodies of one-byte chunks with
// long extensions.
class ChunkedDecoder {
 public:
  struct Step {
    size_t consumed = 0;    // how much of the input is used up, the data included
    std::string_view data;  // body bytes: the end of what was consumed; points into the input
  };

  // Goes on up to the end of the first run of data (at most max_data bytes, at least one), of the
  // body, or of the input. With nothing
  // consumed and not done(), more input is needed: call again with longer input from the same
  // place. kInvalidArgument for wrong framing, and again ever after.
  base::Result<Step> Next(std::string_view input, size_t max_data = SIZE_MAX);

  // The last chunk and the trailers have been consumed.
  bool done() const { return state_ == State::kDone; }

  static constexpr size_t kMaxLineBytes = 4096;
  static constexpr size_t kMaxTrailerBytes = 16 << 10;
  static constexpr uint64_t kMaxOverheadBytes = 64 << 10;

 private:
  enum class State { kSize, kData, kDataEnd, kTrailer, kDone, kFailed };

  base::Result<size_t> Advance(std::string_view input);
  base::Result<size_t> TakeLine(std::string_view input, std::string_view& line);
  base::Status ParseSizeLine(std::string_view line);
  base::Status ParseTrailerLine(std::string_view line);

  State state_ = State::kSize;
  uint64_t chunk_left_ = 0;      // bytes of the current chunk still to come
  uint64_t overhead_bytes_ = 0;  // of framing beyond what ordinary chunks have
  size_t trailer_bytes_ = 0;
};

}  // namespace penstock::net
