// SPDX-License-Identifier: Apache-2.0
#include "sys/entry_mark.h"

#include <cerrno>
#include <cstdint>
#include <string_view>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

namespace {

// File systems tell times by the ticks of the kernel's clock, of 10 ms at most, some in whole
// seconds.
constexpr int64_t kSettledNanoseconds = 50'000'000, kSettledWithoutFraction = 2'050'000'000;

bool HasAttributes(int folder, bool upper_layer) {
  char names[256];
  const ssize_t size = ::flistxattr(folder, names, sizeof(names));
  if (size < 0) return errno == ERANGE;  // file systems without them have none
  std::string_view left(names, static_cast<size_t>(size));
  if (upper_layer && left == std::string_view("user.overlay.uuid\0", 18)) return false;
  return !left.empty();
}

bool IsLongAgo(const timespec& then) {
  timespec now;
  // The clock that files have their times from.
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return false;
  return (now.tv_sec - then.tv_sec) * 1'000'000'000 + now.tv_nsec - then.tv_nsec >
         (then.tv_nsec == 0 ? kSettledWithoutFraction : kSettledNanoseconds);
}

}  // namespace

std::optional<EntryMark> EntryMark::Read(const std::string& path, bool upper_layer) {
  // Whoever put a pipe there is not waited for.
  const UniqueFd entry(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info;
  if (!entry.valid() || ::fstat(entry.get(), &info) != 0) return {};
  if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) return {};
  EntryMark mark;
  mark.device_ = info.st_dev;
  mark.number_ = info.st_ino;
  mark.mode_ = info.st_mode;
  mark.names_ = info.st_nlink;
  mark.user_ = info.st_uid;
  mark.group_ = info.st_gid;
  mark.size_ = info.st_size;
  if (::ioctl(entry.get(), FS_IOC_GETFLAGS, &mark.flags_) != 0) mark.flags_ = 0;
  fsxattr more = {};
  if (::ioctl(entry.get(), FS_IOC_FSGETXATTR, &more) == 0) {
    mark.more_flags_ = more.fsx_xflags;
    mark.project_ = more.fsx_projid;
    mark.extent_ = more.fsx_extsize;
  }
  mark.extended_ = HasAttributes(entry.get(), upper_layer);
  mark.changed_ = info.st_ctim;
  mark.settled_ = IsLongAgo(info.st_ctim);
  return mark;
}

base::Result<EntryMark> EntryMark::Of(const std::string& path) {
  const auto mark = Read(path, false);
  if (mark && !mark->extended_) return *mark;
  return base::Fail(base::Code::kFailedPrecondition,
                    path +
                        " cannot be used twice: it cannot be looked at, or has attributes that a "
                        "user may change");
}

bool EntryMark::IsAt(const std::string& path) const {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0 && IsOf(info);
}

bool EntryMark::IsOpenAs(int file) const {
  struct stat info;
  return ::fstat(file, &info) == 0 && IsOf(info);
}

bool EntryMark::IsOf(const struct stat& info) const {
  return info.st_dev == device_ && info.st_ino == number_ &&
         (info.st_mode & S_IFMT) == (mode_ & S_IFMT);
}

bool EntryMark::Holds(const std::string& path, bool upper_layer) {
  const auto now = Read(path, upper_layer);
  const bool holds = now && now->device_ == device_ && now->number_ == number_ &&
                     now->mode_ == mode_ && now->names_ == names_ && now->user_ == user_ &&
                     now->group_ == group_ && now->size_ == size_ && now->flags_ == flags_ &&
                     now->more_flags_ == more_flags_ && now->project_ == project_ &&
                     now->extent_ == extent_ && !now->extended_;
  if (holds) *this = *now;
  return holds;
}

bool EntryMark::Untouched(const std::string& path) const {
  struct stat info;
  return settled_ && ::lstat(path.c_str(), &info) == 0 && info.st_dev == device_ &&
         info.st_ino == number_ && info.st_mode == mode_ &&
         info.st_ctim.tv_sec == changed_.tv_sec && info.st_ctim.tv_nsec == changed_.tv_nsec;
}

}  // namespace penstock::sys
