// SPDX-License-Identifier: Apache-2.0
#include "s3/extract/tar_reader.h"

#include <algorithm>
#include <array>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr size_t kBlock = 512;
// Larger ones are no object, and sums with them would run over.
constexpr uint64_t kMaxSize = uint64_t{1} << 50;

tl::unexpected<base::Error> Wrong(std::string message) {
  return Refuse(code::kInvalidArgument, "The tar file " + std::move(message));
}

// A field up to its first NUL.
std::string_view Field(std::string_view header, size_t at, size_t length) {
  std::string_view field = header.substr(at, length);
  return field.substr(0, field.find('\0'));
}

// Octal digits among blanks; or, with the top bit set, big-endian binary as GNU writes large sizes.
Result<uint64_t> Number(std::string_view field) {
  uint64_t value = 0;
  if (!field.empty() && (static_cast<unsigned char>(field[0]) & 0x80) != 0) {
    for (size_t i = 0; i < field.size(); ++i) {
      auto byte = static_cast<unsigned char>(field[i]);
      if (value > kMaxSize) return Wrong("has a damaged header.");
      value = value << 8 | (i == 0 ? byte & 0x7f : byte);
    }
    return value;
  }
  field = field.substr(0, field.find('\0'));
  size_t first = std::min(field.find_first_not_of(' '), field.size());
  size_t last = field.find_last_not_of(' ');
  if (first == field.size() || last - first > 11) return Wrong("has a damaged header.");
  for (char c : field.substr(first, last + 1 - first)) {
    if (c < '0' || c > '7') return Wrong("has a damaged header.");
    value = value * 8 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

// The sum of the header's bytes, its own field counted as blanks.
Status CheckSum(std::string_view header) {
  PENSTOCK_TRY(uint64_t expected, Number(header.substr(148, 8)));
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    bool own = i >= 148 && i < 156;
    sum += own ? uint64_t{' '} : static_cast<unsigned char>(header[i]);
  }
  if (sum != expected) return Wrong("has a damaged header.");
  return {};
}

std::string HeaderName(std::string_view header) {
  std::string name(Field(header, 0, 100));
  if (header.substr(257, 6) != std::string_view("ustar\0", 6)) return name;
  std::string_view prefix = Field(header, 345, 155);
  return prefix.empty() ? name : std::string(prefix) + "/" + name;
}

// Lines of "LENGTH key=value", each counting itself.
Status ReadPax(std::string_view text, TarEntry& next) {
  while (!text.empty()) {
    size_t length = 0;
    size_t at = 0;
    while (at < text.size() && at < 8 && text[at] >= '0' && text[at] <= '9') {
      length = length * 10 + static_cast<size_t>(text[at++] - '0');
    }
    if (length <= at + 1 || length > text.size() || text[at] != ' ') {
      return Wrong("has a damaged pax header.");
    }
    std::string_view record = text.substr(at + 1, length - at - 2);
    size_t equals = record.find('=');
    if (equals == std::string_view::npos) return Wrong("has a damaged pax header.");
    next.records.emplace_back(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
  return {};
}

// What a pax header says instead of the header itself.
Status ApplyPax(TarEntry& next, uint64_t& size) {
  for (const auto& [name, value] : next.records) {
    if (name == "path") next.name = value;
    if (name != "size") continue;
    size = 0;
    for (char c : value) {
      if (c < '0' || c > '9' || size > kMaxSize) return Wrong("has a damaged pax header.");
      size = size * 10 + static_cast<uint64_t>(c - '0');
    }
  }
  std::erase_if(next.records, [](const auto& record) {
    return record.first == "path" || record.first == "size";
  });
  return {};
}

}  // namespace

Result<size_t> TarReader::ReadContent(std::span<char> buffer) {
  if (left_ == 0) return size_t{0};
  size_t wanted = static_cast<size_t>(std::min<uint64_t>(left_, buffer.size()));
  PENSTOCK_TRY(size_t count, source_.Read(buffer.first(wanted)));
  if (count == 0) return Wrong("is cut off.");
  left_ -= count;
  return count;
}

Status TarReader::SkipContent() {
  std::array<char, 16 << 10> buffer;
  while (left_ != 0) {
    PENSTOCK_TRY([[maybe_unused]] size_t count, ReadContent(buffer));
  }
  left_ = std::exchange(padding_, 0);
  while (left_ != 0) {
    PENSTOCK_TRY([[maybe_unused]] size_t count, ReadContent(buffer));
  }
  return {};
}

Result<bool> TarReader::ReadHeader(std::span<char> header) {
  size_t filled = 0;
  while (filled < header.size()) {
    PENSTOCK_TRY(size_t count, source_.Read(header.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  if (filled != 0 && filled < header.size()) return Wrong("is cut off.");
  return filled != 0;
}

Result<std::string> TarReader::ReadExtension(uint64_t size) {
  if (size > kMaxPaxBytes) return Wrong("has a header of more than 64 KiB.");
  std::string text(size, '\0');
  size_t filled = 0;
  while (filled < text.size()) {
    PENSTOCK_TRY(size_t count, ReadContent(std::span(text).subspan(filled)));
    filled += count;
  }
  return text;
}

// A header that says something about the next one.
Status TarReader::TakeExtension(char type, uint64_t size, TarEntry& next) {
  PENSTOCK_TRY(std::string text, ReadExtension(size));
  if (type == 'x') return ReadPax(text, next);
  if (type == 'L') next.name = text.substr(0, text.find('\0'));
  return {};
}

Result<std::optional<TarEntry>> TarReader::Next() {
  TarEntry next;
  std::array<char, kBlock> block;
  while (true) {
    PENSTOCK_RETURN_IF_ERROR(SkipContent());
    PENSTOCK_TRY(bool more, ReadHeader(block));
    std::string_view header(block.data(), block.size());
    if (!more || header.find_first_not_of('\0') == std::string_view::npos) return std::nullopt;
    PENSTOCK_RETURN_IF_ERROR(CheckSum(header));
    PENSTOCK_TRY(uint64_t size, Number(header.substr(124, 12)));
    char type = header[156];
    bool extension = type == 'x' || type == 'L' || type == 'g' || type == 'K';
    if (!extension) PENSTOCK_RETURN_IF_ERROR(ApplyPax(next, size));
    if (size > kMaxSize) return Wrong("has a file that is too large.");
    left_ = size;
    padding_ = (kBlock - size % kBlock) % kBlock;
    if (extension) {
      PENSTOCK_RETURN_IF_ERROR(TakeExtension(type, size, next));
      continue;
    }
    if (next.name.empty()) next.name = HeaderName(header);
    next.folder = type == '5' || (next.name.ends_with('/') && (type == '0' || type == '\0'));
    if (next.folder || type == '0' || type == '\0' || type == '7') {
      next.size = size;
      if (next.folder && !next.name.ends_with('/')) next.name += '/';
      return next;
    }
    next = {};
  }
}

}  // namespace penstock::s3
