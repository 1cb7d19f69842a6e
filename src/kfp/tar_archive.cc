// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "kfp/archive.h"

// Tar files by POSIX.1-1988 (ustar), with names by POSIX.1-2001 (pax) and GNU.
namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kBlock = 512;
constexpr size_t kMaxEntries = 1000;

tl::unexpected<base::Error> Wrong(std::string message) {
  return Fail(Code::kInvalidArgument, "the tar file " + std::move(message));
}

// A field up to its first NUL.
std::string_view Field(std::string_view header, size_t at, size_t length) {
  std::string_view field = header.substr(at, length);
  return field.substr(0, field.find('\0'));
}

Result<uint64_t> Octal(std::string_view field) {
  size_t first = std::min(field.find_first_not_of(' '), field.size());
  size_t last = field.find_last_not_of(' ');
  uint64_t value = 0;
  if (first == field.size() || last - first > 11) return Wrong("has a damaged header");
  for (char c : field.substr(first, last + 1 - first)) {
    if (c < '0' || c > '7') return Wrong("has a damaged header");
    value = value * 8 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

// The sum of the header's bytes, its own field counted as blanks.
base::Status CheckSum(std::string_view header) {
  PENSTOCK_TRY(uint64_t expected, Octal(Field(header, 148, 8)));
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    bool own = i >= 148 && i < 156;
    sum += own ? uint64_t{' '} : static_cast<unsigned char>(header[i]);
  }
  if (sum != expected) return Wrong("has a damaged header");
  return {};
}

std::string HeaderName(std::string_view header) {
  std::string name(Field(header, 0, 100));
  if (header.substr(257, 6) != std::string_view("ustar\0", 6)) return name;
  std::string_view prefix = Field(header, 345, 155);
  return prefix.empty() ? name : std::string(prefix) + "/" + name;
}

// The "path" record of a pax header: lines of "LENGTH key=value", each counting itself.
std::string PaxPath(std::string_view records) {
  while (!records.empty()) {
    size_t length = 0;
    size_t at = 0;
    while (at < records.size() && records[at] >= '0' && records[at] <= '9' && at < 8) {
      length = length * 10 + static_cast<size_t>(records[at++] - '0');
    }
    if (length <= at + 1 || length > records.size() || records[at] != ' ') return "";
    std::string_view record = records.substr(at + 1, length - at - 2);
    if (record.starts_with("path=")) return std::string(record.substr(5));
    records.remove_prefix(length);
  }
  return "";
}

}  // namespace

Result<std::vector<ArchiveEntry>> ListTar(std::string_view bytes) {
  std::vector<ArchiveEntry> entries;
  std::string long_name;  // given by the header before
  for (size_t headers = 0; bytes.size() >= kBlock; ++headers) {
    std::string_view header = bytes.substr(0, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) return entries;
    if (headers == kMaxEntries) return Wrong("has too many entries");
    PENSTOCK_RETURN_IF_ERROR(CheckSum(header));
    PENSTOCK_TRY(uint64_t size, Octal(Field(header, 124, 12)));
    bytes.remove_prefix(kBlock);
    if (size > bytes.size()) return Wrong("is cut off");
    std::string_view content = bytes.substr(0, size);
    bytes.remove_prefix(std::min((size + kBlock - 1) / kBlock * kBlock, bytes.size()));

    char type = header[156];
    if (type == 'x') {
      long_name = PaxPath(content);
    } else if (type == 'L') {
      long_name = content.substr(0, content.find('\0'));
    } else {
      std::string name = long_name.empty() ? HeaderName(header) : long_name;
      long_name.clear();
      bool is_file = (type == '0' || type == '\0') && !name.ends_with('/');
      if (is_file) entries.push_back({std::move(name), content, content.size(), false, {}});
    }
  }
  if (!bytes.empty()) return Wrong("is cut off");
  return entries;
}

}  // namespace penstock::kfp
