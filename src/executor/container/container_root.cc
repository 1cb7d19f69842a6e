// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_root.h"

#include <cerrno>
#include <map>
#include <system_error>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Status;

constexpr size_t kMostText = size_t{4} << 20;

// The words among a mount's options that are flags of mount(2); all others are the file system's.
unsigned long FlagOf(const std::string& option) {
  static const std::map<std::string, unsigned long> kFlags = {
      {"ro", MS_RDONLY},           {"nosuid", MS_NOSUID},   {"nodev", MS_NODEV},
      {"noexec", MS_NOEXEC},       {"noatime", MS_NOATIME}, {"relatime", MS_RELATIME},
      {"rbind", MS_BIND | MS_REC}, {"bind", MS_BIND}};
  const auto found = kFlags.find(option);
  return found == kFlags.end() ? 0 : found->second;
}

}  // namespace

Status MountSnapshot(const std::vector<SnapshotMount>& mounts, const std::string& folder) {
  for (const SnapshotMount& mount : mounts) {
    unsigned long flags = mount.type == "bind" ? MS_BIND : 0;
    std::string data;
    for (const std::string& option : mount.options) {
      if (option == "rw") continue;
      const unsigned long flag = FlagOf(option);
      flags |= flag;
      if (flag == 0) data += (data.empty() ? "" : ",") + option;
    }
    if (::mount(mount.source.c_str(), folder.c_str(), mount.type.c_str(), flags, data.c_str()) == 0)
      continue;
    return Fail(Code::kInternal, "cannot mount the image's files (" + mount.type +
                                     "): " + std::generic_category().message(errno));
  }
  return {};
}

Status Unmount(const std::string& folder) {
  // More than one may lie on another.
  for (int i = 0; i < 16; ++i) {
    if (::umount2(folder.c_str(), UMOUNT_NOFOLLOW) == 0) continue;
    if (errno == EINVAL || errno == ENOENT) return {};
    if (errno == EBUSY && ::umount2(folder.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) continue;
    return Fail(Code::kInternal,
                "cannot unmount " + folder + ": " + std::generic_category().message(errno));
  }
  return Fail(Code::kInternal, "cannot unmount " + folder + ": too much is mounted there");
}

std::string ReadInRoot(const std::string& root, const std::string& path) {
  const sys::UniqueFd folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return "";
  open_how how = {};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const sys::UniqueFd file(
      static_cast<int>(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof(how))));
  if (!file.valid()) return "";
  std::string text;
  char buffer[65536];
  for (ssize_t count = 0; text.size() < kMostText;) {
    count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

}  // namespace penstock::executor
