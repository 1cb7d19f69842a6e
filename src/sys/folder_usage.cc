// SPDX-License-Identifier: Apache-2.0
#include "sys/folder_usage.h"

#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

constexpr uint64_t kBlock = 512;  // what st_blocks counts in, whatever the file system has

class Adder {
 public:
  Adder(dev_t device, uint64_t enough, uint64_t most_files)
      : device_(device), enough_(enough), files_left_(most_files) {}

  bool done() const { return bytes_ > enough_ || files_left_ == 0; }
  uint64_t bytes() const { return bytes_; }

  // Adds what is in a folder; its folders are put off.
  void AddFolder(const std::string& path, std::vector<std::string>& later) {
    DIR* folder = ::opendir(path.c_str());
    // Nobody can look so deep: too much, whatever it is.
    if (folder == nullptr && errno == ENAMETOOLONG) bytes_ = enough_ + 1;
    if (folder == nullptr) return;
    while (const dirent* entry = ::readdir(folder)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat info;
      if (::fstatat(::dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (info.st_dev != device_) continue;
      // A file with several names would be counted as often.
      const uint64_t names = S_ISDIR(info.st_mode) || info.st_nlink == 0 ? 1 : info.st_nlink;
      bytes_ += static_cast<uint64_t>(info.st_blocks) * kBlock / names;
      if (S_ISDIR(info.st_mode)) later.push_back(path + "/" + name);
      --files_left_;
      if (done()) break;
    }
    ::closedir(folder);
  }

 private:
  const dev_t device_;
  const uint64_t enough_;
  uint64_t files_left_;
  uint64_t bytes_ = 0;
};

}  // namespace

uint64_t FolderUsage(const std::string& folder, uint64_t enough, uint64_t most_files) {
  struct stat top;
  if (::lstat(folder.c_str(), &top) != 0 || !S_ISDIR(top.st_mode)) return 0;
  Adder adder(top.st_dev, enough, most_files);
  std::vector<std::string> later = {folder};
  while (!later.empty() && !adder.done()) {
    const std::string next = std::move(later.back());
    later.pop_back();
    adder.AddFolder(next, later);
  }
  return adder.bytes();
}

uint64_t DeletedFilesUsage(const std::string& folder, const std::vector<pid_t>& processes) {
  struct stat top;
  if (::lstat(folder.c_str(), &top) != 0) return 0;
  std::set<ino_t> seen;
  uint64_t bytes = 0;
  for (pid_t pid : processes) {
    DIR* files = ::opendir(("/proc/" + std::to_string(pid) + "/fd").c_str());
    if (files == nullptr) continue;
    while (const dirent* entry = ::readdir(files)) {
      struct stat info;
      if (::fstatat(::dirfd(files), entry->d_name, &info, 0) != 0) continue;
      if (!S_ISREG(info.st_mode) || info.st_nlink != 0 || info.st_dev != top.st_dev) continue;
      if (seen.insert(info.st_ino).second) bytes += static_cast<uint64_t>(info.st_blocks) * kBlock;
    }
    ::closedir(files);
  }
  return bytes;
}

std::optional<DiskSpace> ReadDiskSpace(const std::string& path) {
  struct statvfs info;
  if (::statvfs(path.c_str(), &info) != 0) return {};
  return DiskSpace{info.f_blocks * info.f_frsize, info.f_bavail * info.f_frsize};
}

}  // namespace penstock::sys
