// SPDX-License-Identifier: Apache-2.0
#include "executor/local/disk_use.h"

#include <filesystem>

#include <sys/stat.h>

namespace penstock::executor {

namespace fs = std::filesystem;

void DiskUse::Add(const std::string& folder) {
  constexpr uint64_t kUnit = 512;  // of st_blocks
  std::error_code error;
  for (fs::recursive_directory_iterator
           entry(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end; entry.increment(error)) {
    struct stat info;
    if (::lstat(entry->path().c_str(), &info) != 0) continue;
    if (!S_ISDIR(info.st_mode) && info.st_nlink > 1 &&
        !seen_.emplace(info.st_dev, info.st_ino).second) {
      continue;
    }
    bytes_ += static_cast<uint64_t>(info.st_blocks) * kUnit;
  }
}

}  // namespace penstock::executor
