// SPDX-License-Identifier: Apache-2.0
#include "s3/extract/tar_reader.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/tar_header.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

using text::kMaxTarSize;
using text::kTarBlock;

tl::unexpected<base::Error> Wrong(const std::string& message) {
  return Refuse(code::kInvalidArgument, "The tar file " + message);
}

// What a pax header says instead of the header itself.
Status ApplyPax(TarEntry& next, uint64_t& size) {
  for (const auto& [name, value] : next.records) {
    if (name == "path") next.name = value;
    if (name != "size") continue;
    size = 0;
    for (char c : value) {
      if (c < '0' || c > '9' || size > kMaxTarSize) return Wrong("has a damaged pax header.");
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
  PENSTOCK_TRY(std::string content, ReadExtension(size));
  if (type == 'x') {
    auto records = text::ParsePaxRecords(content);
    if (!records) return Wrong(records.error().message() + ".");
    next.records.insert(next.records.end(), std::make_move_iterator(records->begin()),
                        std::make_move_iterator(records->end()));
  }
  if (type == 'L') next.name = content.substr(0, content.find('\0'));
  return {};
}

Result<std::optional<TarEntry>> TarReader::Next() {
  TarEntry next;
  std::array<char, kTarBlock> block;
  while (true) {
    PENSTOCK_RETURN_IF_ERROR(SkipContent());
    PENSTOCK_TRY(bool more, ReadHeader(block));
    std::string_view bytes(block.data(), block.size());
    if (!more || text::IsTarEnd(bytes)) return std::nullopt;
    auto header = text::ParseTarHeader(bytes);
    if (!header) return Wrong(header.error().message() + ".");
    uint64_t size = header->size;
    const char type = header->type;
    bool extension = type == 'x' || type == 'L' || type == 'g' || type == 'K';
    if (!extension) PENSTOCK_RETURN_IF_ERROR(ApplyPax(next, size));
    if (size > kMaxTarSize) return Wrong("has a file that is too large.");
    left_ = size;
    padding_ = (kTarBlock - size % kTarBlock) % kTarBlock;
    if (extension) {
      PENSTOCK_RETURN_IF_ERROR(TakeExtension(type, size, next));
      continue;
    }
    if (next.name.empty()) next.name = header->name;
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
