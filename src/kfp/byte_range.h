// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::kfp {

struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;  // the first byte that is not in it
};

// One range of a Range field (RFC 9110 section 14.1.2): "bytes=0-9", "bytes=10-", "bytes=-5".
struct AskedRange {
  std::optional<uint64_t> first;
  std::optional<uint64_t> last;  // without a first: how many at the end
  // The part of so many bytes; nothing where there is none of it.
  std::optional<ByteRange> Within(uint64_t size) const;
};

// A Content-Range field: of what is sent of so many bytes, and of nothing where the range is not
// among them (RFC 9110 section 14.4).
std::string ContentRange(const ByteRange& range, uint64_t size);
std::string ContentRangeOfNone(uint64_t size);

// Nothing where the field is absent, of another kind or cannot be read: then everything is sent, as
// that section has it. Several ranges count as everything, too.
std::optional<AskedRange> ParseByteRange(std::string_view field);

}  // namespace penstock::kfp
