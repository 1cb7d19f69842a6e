// SPDX-License-Identifier: Apache-2.0
#include "s3/byte_range.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr std::string_view kUnit = "bytes=";

// Digits only. A number too large for 64 bits stands for "beyond any object".
std::optional<uint64_t> ParseNumber(std::string_view text) {
  bool digits = !text.empty() &&
                std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::numeric_limits<uint64_t>::max();
  return number;
}

Result<std::optional<ByteRange>> Suffix(std::string_view text, uint64_t size) {
  auto wanted = ParseNumber(text);
  if (!wanted) return std::nullopt;
  uint64_t length = std::min(*wanted, size);
  if (length == 0) return Refuse(code::kInvalidRange);
  return ByteRange{size - length, length};
}

}  // namespace

Result<std::optional<ByteRange>> ParseRange(std::string_view header, uint64_t size) {
  if (!base::EqualsIgnoreCase(header.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  std::string_view spec = base::Trim(header.substr(kUnit.size()));
  size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view first_text = spec.substr(0, dash);
  std::string_view last_text = spec.substr(dash + 1);
  if (first_text.empty()) return Suffix(last_text, size);
  auto first = ParseNumber(first_text);
  auto last = last_text.empty() ? std::numeric_limits<uint64_t>::max() : ParseNumber(last_text);
  if (!first || !last || *first > *last) return std::nullopt;
  if (*first >= size) return Refuse(code::kInvalidRange);
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

Result<ByteRange> ParseCopyRange(std::string_view header, uint64_t size) {
  std::string_view spec = header.starts_with(kUnit) ? header.substr(kUnit.size()) : "";
  size_t dash = spec.find('-');
  auto first = dash == std::string_view::npos ? std::nullopt : ParseNumber(spec.substr(0, dash));
  auto last = dash == std::string_view::npos ? std::nullopt : ParseNumber(spec.substr(dash + 1));
  if (!first || !last || *first > *last) {
    return Refuse(code::kInvalidArgument,
                  "The x-amz-copy-source-range value must be of the form bytes=first-last where "
                  "first and last are the zero-based offsets of the first and last bytes to copy");
  }
  if (*last >= size) {
    return Refuse(code::kInvalidRange, "Range specified is not valid for source object of size: " +
                                           std::to_string(size));
  }
  return ByteRange{*first, *last - *first + 1};
}

}  // namespace penstock::s3
