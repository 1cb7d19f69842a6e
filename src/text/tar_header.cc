// SPDX-License-Identifier: Apache-2.0
#include "text/tar_header.h"

#include <algorithm>

namespace penstock::text {
namespace {

using base::Result;

tl::unexpected<base::Error> Damaged(const char* what) {
  return base::Fail(base::Code::kInvalidArgument, std::string("has a damaged ") + what);
}

// A field up to its first NUL.
std::string_view Field(std::string_view header, size_t at, size_t length) {
  std::string_view field = header.substr(at, length);
  return field.substr(0, field.find('\0'));
}

// Big-endian binary with the top bit set, as GNU writes large sizes.
Result<uint64_t> Binary(std::string_view field) {
  uint64_t value = 0;
  for (size_t i = 0; i < field.size(); ++i) {
    const auto byte = static_cast<unsigned char>(field[i]);
    if (value > kMaxTarSize) return Damaged("header");
    value = value << 8 | (i == 0 ? byte & 0x7f : byte);
  }
  return value;
}

// Octal digits among blanks, or binary.
Result<uint64_t> Number(std::string_view field) {
  if ((static_cast<unsigned char>(field[0]) & 0x80) != 0) return Binary(field);
  field = field.substr(0, field.find('\0'));
  const size_t first = std::min(field.find_first_not_of(' '), field.size());
  const size_t last = field.find_last_not_of(' ');
  if (first == field.size() || last - first > 11) return Damaged("header");
  uint64_t value = 0;
  for (char c : field.substr(first, last + 1 - first)) {
    if (c < '0' || c > '7') return Damaged("header");
    value = value * 8 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

// The sum of the header's bytes, its own field counted as blanks.
base::Status CheckSum(std::string_view header) {
  PENSTOCK_TRY(uint64_t expected, Number(header.substr(148, 8)));
  uint64_t sum = 0;
  for (size_t i = 0; i < kTarBlock; ++i) {
    const bool own = i >= 148 && i < 156;
    sum += own ? uint64_t{' '} : static_cast<unsigned char>(header[i]);
  }
  if (sum != expected) return Damaged("header");
  return {};
}

std::string NameIn(std::string_view header) {
  std::string name(Field(header, 0, 100));
  if (header.substr(257, 6) != std::string_view("ustar\0", 6)) return name;
  std::string_view prefix = Field(header, 345, 155);
  return prefix.empty() ? name : std::string(prefix) + "/" + name;
}

}  // namespace

Result<TarHeader> ParseTarHeader(std::string_view block) {
  if (block.size() != kTarBlock) {
    return base::Fail(base::Code::kInvalidArgument, "is cut off");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckSum(block));
  PENSTOCK_TRY(uint64_t size, Number(block.substr(124, 12)));
  return TarHeader{NameIn(block), block[156], size};
}

// Lines of "LENGTH key=value", each counting itself.
Result<PaxRecords> ParsePaxRecords(std::string_view text) {
  PaxRecords records;
  while (!text.empty()) {
    size_t length = 0;
    size_t at = 0;
    while (at < text.size() && at < 8 && text[at] >= '0' && text[at] <= '9') {
      length = length * 10 + static_cast<size_t>(text[at++] - '0');
    }
    if (length <= at + 1 || length > text.size() || text[at] != ' ') return Damaged("pax header");
    std::string_view record = text.substr(at + 1, length - at - 2);
    const size_t equals = record.find('=');
    if (equals == std::string_view::npos) return Damaged("pax header");
    records.emplace_back(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
  return records;
}

bool IsTarEnd(std::string_view block) {
  return block.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace penstock::text
