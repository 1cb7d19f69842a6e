// SPDX-License-Identifier: Apache-2.0
#include "sys/folder_mark.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

std::optional<FolderMark> FolderMark::Read(const std::string& path) {
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
  mark.extended_ = ::flistxattr(folder.get(), nullptr, 0) > 0;
  return mark;
}

base::Result<FolderMark> FolderMark::Of(const std::string& path) {
  const auto mark = Read(path);
  if (mark && !mark->extended_) return *mark;
  return base::Fail(base::Code::kFailedPrecondition,
                    path + " cannot be used twice: it has attributes that a user may change");
}

bool FolderMark::Holds(const std::string& path) const {
  const auto now = Read(path);
  return now && now->device_ == device_ && now->number_ == number_ && now->mode_ == mode_ &&
         now->user_ == user_ && now->group_ == group_ && now->size_ == size_ &&
         now->flags_ == flags_ && !now->extended_;
}

}  // namespace penstock::sys
