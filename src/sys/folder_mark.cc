// SPDX-License-Identifier: Apache-2.0
#include "sys/folder_mark.h"

#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

namespace {

bool HasAttributes(int folder, bool upper_layer) {
  char names[256];
  const ssize_t size = ::flistxattr(folder, names, sizeof(names));
  if (size < 0) return errno == ERANGE;  // file systems without them have none
  std::string_view left(names, static_cast<size_t>(size));
  if (upper_layer && left == std::string_view("user.overlay.uuid\0", 18)) return false;
  return !left.empty();
}

}  // namespace

std::optional<FolderMark> FolderMark::Read(const std::string& path, bool upper_layer) {
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info;
  if (!folder.valid() || ::fstat(folder.get(), &info) != 0) return {};
  FolderMark mark;
  mark.device_ = info.st_dev;
  mark.number_ = info.st_ino;
  mark.mode_ = info.st_mode;
  mark.user_ = info.st_uid;
  mark.group_ = info.st_gid;
  mark.size_ = info.st_size;
  if (::ioctl(folder.get(), FS_IOC_GETFLAGS, &mark.flags_) != 0) mark.flags_ = 0;
  mark.extended_ = HasAttributes(folder.get(), upper_layer);
  return mark;
}

base::Result<FolderMark> FolderMark::Of(const std::string& path) {
  const auto mark = Read(path, false);
  if (mark && !mark->extended_) return *mark;
  return base::Fail(base::Code::kFailedPrecondition,
                    path + " cannot be used twice: it has attributes that a user may change");
}

bool FolderMark::Holds(const std::string& path, bool upper_layer) const {
  const auto now = Read(path, upper_layer);
  return now && now->device_ == device_ && now->number_ == number_ && now->mode_ == mode_ &&
         now->user_ == user_ && now->group_ == group_ && now->size_ == size_ &&
         now->flags_ == flags_ && !now->extended_;
}

}  // namespace penstock::sys
