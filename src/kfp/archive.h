// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Just enough of two archive formats to find a pipeline in an upload. Pure and bounded; every error
// is kInvalidArgument.
namespace penstock::kfp {

// A file in an archive. Folders, links and devices are left out.
struct ArchiveEntry {
  std::string name;          // with its folders
  std::string_view content;  // points into the archive; of a zip file still packed
  size_t size = 0;           // unpacked
  bool deflated = false;     // zip files only, as is the checksum
  std::optional<uint32_t> crc32;
};

// The entries in order. No encryption, no volumes, no zip64.
base::Result<std::vector<ArchiveEntry>> ListZip(std::string_view bytes);
// Of an unpacked tar file (ustar, with the extensions that GNU and POSIX give names by).
base::Result<std::vector<ArchiveEntry>> ListTar(std::string_view bytes);
// The unpacked content, its size and checksum verified; at most `limit` bytes.
base::Result<std::string> ReadEntry(const ArchiveEntry& entry, size_t limit);

}  // namespace penstock::kfp
