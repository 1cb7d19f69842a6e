// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "kfp/archive.h"
#include "text/tar_header.h"

// Tar files by POSIX.1-1988 (ustar), with names by POSIX.1-2001 (pax) and GNU.
namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxEntries = 1000;

tl::unexpected<base::Error> Wrong(const std::string& message) {
  return Fail(Code::kInvalidArgument, "the tar file " + message);
}

}  // namespace

Result<std::vector<ArchiveEntry>> ListTar(std::string_view bytes) {
  std::vector<ArchiveEntry> entries;
  std::string long_name;  // given by the header before
  for (size_t headers = 0; bytes.size() >= text::kTarBlock; ++headers) {
    std::string_view block = bytes.substr(0, text::kTarBlock);
    if (text::IsTarEnd(block)) return entries;
    if (headers == kMaxEntries) return Wrong("has too many entries");
    auto header = text::ParseTarHeader(block);
    if (!header) return Wrong(header.error().message());
    bytes.remove_prefix(text::kTarBlock);
    if (header->size > bytes.size()) return Wrong("is cut off");
    std::string_view content = bytes.substr(0, header->size);
    bytes.remove_prefix(std::min(
        (content.size() + text::kTarBlock - 1) / text::kTarBlock * text::kTarBlock, bytes.size()));

    const char type = header->type;
    if (type == 'x') {
      auto records = text::ParsePaxRecords(content);
      if (!records) return Wrong(records.error().message());
      for (const auto& [key, value] : *records) {
        if (key == "path") long_name = value;
      }
    } else if (type == 'L') {
      long_name = content.substr(0, content.find('\0'));
    } else {
      std::string name = long_name.empty() ? header->name : long_name;
      long_name.clear();
      bool is_file = (type == '0' || type == '\0') && !name.ends_with('/');
      if (is_file) entries.push_back({std::move(name), content, content.size(), false, {}});
    }
  }
  if (!bytes.empty()) return Wrong("is cut off");
  return entries;
}

}  // namespace penstock::kfp
