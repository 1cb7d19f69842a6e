// SPDX-License-Identifier: Apache-2.0
#include "kfp/byte_range.h"

#include <algorithm>
#include <charconv>

namespace penstock::kfp {
namespace {

// False where it is no number; an empty text is none.
bool ReadNumber(std::string_view text, std::optional<uint64_t>& number) {
  if (text.empty()) return true;
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  number = value;
  return true;
}

}  // namespace

std::optional<AskedRange> ParseByteRange(std::string_view field) {
  constexpr std::string_view kUnit = "bytes=";
  if (!field.starts_with(kUnit)) return std::nullopt;
  field.remove_prefix(kUnit.size());
  size_t dash = field.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  AskedRange range;
  if (!ReadNumber(field.substr(0, dash), range.first) ||
      !ReadNumber(field.substr(dash + 1), range.last) || (!range.first && !range.last) ||
      (range.first && range.last && *range.first > *range.last)) {
    return std::nullopt;
  }
  return range;
}

std::optional<ByteRange> AskedRange::Within(uint64_t size) const {
  ByteRange range{0, size};
  if (!first) {
    if (*last == 0 || size == 0) return std::nullopt;
    range.begin = size - std::min(*last, size);
    return range;
  }
  if (*first >= size) return std::nullopt;
  range.begin = *first;
  if (last && *last < size - 1) range.end = *last + 1;
  return range;
}

std::string ContentRange(const ByteRange& range, uint64_t size) {
  return "bytes " + std::to_string(range.begin) + "-" + std::to_string(range.end - 1) + "/" +
         std::to_string(size);
}

std::string ContentRangeOfNone(uint64_t size) { return "bytes */" + std::to_string(size); }

}  // namespace penstock::kfp
