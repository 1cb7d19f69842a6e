// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/direct_file.h"
#include "sys/file_descriptor.h"
#include "sys/file_handover.h"
#include "sys/file_system.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Code CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return Code::kNotFound;
    case EEXIST:
      return Code::kAlreadyExists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Code::kResourceExhausted;
    case EMFILE:
    case ENFILE:
      return Code::kUnavailable;
    case EACCES:
    case EPERM:
      return Code::kPermissionDenied;
    default:  // EROFS too: a disk that fails becomes read-only, and no caller can help it
      return Code::kInternal;
  }
}

// The failure of `call` on `path`, from errno.
tl::unexpected<base::Error> FailErrno(const char* call, const std::string& path) {
  int error = errno;
  return Fail(CodeOf(error),
              std::string(call) + " " + path + ": " + std::generic_category().message(error));
}

// open(2) that goes on after a signal.
int OpenRetrying(const std::string& path, int flags) {
  int fd;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

// Reading and writing in one call is capped by the kernel at about 2 GiB.
constexpr size_t kMaxTransfer = size_t{1} << 30;

// Whether they can be written directly to that place of a file.
bool AreAligned(uint64_t offset, std::span<const std::string_view> pieces) {
  uint64_t any = offset;
  for (std::string_view piece : pieces) {
    any |= piece.size() | reinterpret_cast<uintptr_t>(piece.data());
  }
  return any % DirectFile::kAlignment == 0;
}

class PosixFile final : public File, public HasDescriptor, public DirectFile {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(fd_); }

  Status ReadAt(uint64_t offset, std::span<char> buffer) override {
    SetDirect(false);
    while (!buffer.empty()) {
      ssize_t count = ::pread(fd_, buffer.data(), std::min(buffer.size(), kMaxTransfer),
                              static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FailErrno("read", path_);
      if (count == 0) return Fail(Code::kOutOfRange, "read " + path_ + ": the file ends too early");
      buffer = buffer.subspan(static_cast<size_t>(count));
      offset += static_cast<uint64_t>(count);
    }
    return {};
  }

  Status WriteAt(uint64_t offset, std::string_view bytes) override {
    SetDirect(false);
    while (!bytes.empty()) {
      ssize_t count = ::pwrite(fd_, bytes.data(), std::min(bytes.size(), kMaxTransfer),
                               static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FailErrno("write", path_);
      bytes.remove_prefix(static_cast<size_t>(count));
      offset += static_cast<uint64_t>(count);
    }
    return {};
  }

  Result<bool> WriteDirectly(uint64_t offset, std::span<const std::string_view> pieces) override {
    if (!AreAligned(offset, pieces) || !SetDirect(true)) return false;
    std::vector<iovec> parts;
    size_t size = 0;
    for (std::string_view piece : pieces) {
      parts.push_back({const_cast<char*>(piece.data()), piece.size()});
      size += piece.size();
    }
    ssize_t count;
    do {
      count =
          ::pwritev(fd_, parts.data(), static_cast<int>(parts.size()), static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    // The drive's own alignment is larger, or the file system takes the flag and means no.
    if (count < 0 && (errno == EINVAL || errno == EOPNOTSUPP)) return false;
    if (count < 0) return FailErrno("write", path_);
    // What keeps it from being whole shows when it is written again.
    return static_cast<size_t>(count) == size;
  }

  int descriptor() const override { return fd_; }

  Status Sync() override {
    int result;
    do {
      result = ::fdatasync(fd_);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return FailErrno("fdatasync", path_);
    return {};
  }

  Result<uint64_t> Size() override {
    struct stat info;
    if (::fstat(fd_, &info) != 0) return FailErrno("stat", path_);
    return static_cast<uint64_t>(info.st_size);
  }

  void StartWriteback(uint64_t offset, uint64_t length) override {
    ::sync_file_range(fd_, static_cast<off_t>(offset), static_cast<off_t>(length),
                      SYNC_FILE_RANGE_WRITE);
  }

 private:
  // Whether the file is as wanted now.
  bool SetDirect(bool wanted) {
    if (wanted == direct_) return true;
    int flags = ::fcntl(fd_, F_GETFL);
    if (flags < 0) return false;
    flags = wanted ? flags | O_DIRECT : flags & ~O_DIRECT;
    if (::fcntl(fd_, F_SETFL, flags) != 0) return false;
    direct_ = wanted;
    return true;
  }

  int fd_;
  std::string path_;
  bool direct_ = false;  // only changes where WriteDirectly() is used
};

bool IsDirectory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// Whether a directory entry is a directory; file systems may leave the type out.
bool IsDirectory(const std::string& parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  return IsDirectory(parent + "/" + entry.d_name);
}

// Whether the failure means that a file cannot be linked or moved there at all, so that it has to
// be copied.
bool NeedsCopy(int error) {
  return error == EXDEV || error == EPERM || error == EMLINK || error == ENOSYS ||
         error == EOPNOTSUPP || error == EINVAL;
}

// Whether nobody has the file open for writing or mapped so: only then does the kernel grant a read
// lease. It is given back at once; should somebody open the file meanwhile, the signal is one that
// is ignored.
bool HasNoWriters(int fd) {
  if (::fcntl(fd, F_SETSIG, SIGURG) != 0 || ::fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return false;
  ::fcntl(fd, F_SETLEASE, F_UNLCK);
  return true;
}

// Owns files that were taken over, and nobody has this number: behind the range of containers,
// below that of the users of sandboxes.
constexpr uid_t kKeeper = 1879048191;

// Takes a file away from processes of our user that have no rights of root's, as tasks are: one
// that was sent a descriptor of it, even one for its path alone, could else open it again for
// writing. Where we are not root ourselves nothing helps, since such a process could give itself
// the rights back.
class Seizure {
 public:
  // Of an open plain file of ours with one name, and as such returned to its owner by the end.
  explicit Seizure(int fd) : fd_(fd) {
    struct stat info;
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1 ||
        info.st_uid != ::geteuid()) {
      return;
    }
    before_ = info;
    // In this order, since a change of owner takes bits away.
    const bool kept = ::geteuid() == 0 && ::fchown(fd, kKeeper, kKeeper) == 0;
    // Whoever is shown it may read it, and copies it with these bits.
    succeeded_ = ::fchmod(fd, kept ? 0644 : 0600) == 0 && HasNoWriters(fd);
  }
  ~Seizure() {
    if (!before_ || for_good_) return;
    // Where this fails it stays ours to read, which is all that a copy takes.
    if (::fchown(fd_, before_->st_uid, before_->st_gid) == 0) {
      static_cast<void>(::fchmod(fd_, before_->st_mode & 07777));
    }
  }
  Seizure(const Seizure&) = delete;
  Seizure& operator=(const Seizure&) = delete;

  // Whether nobody else can change it any more, as far as the kernel tells.
  bool succeeded() const { return succeeded_; }
  void Keep() { for_good_ = true; }

 private:
  const int fd_;
  std::optional<struct stat> before_;
  bool succeeded_ = false, for_good_ = false;
};

class PosixFileSystem final : public FileSystem, public FileHandover {
 public:
  Result<std::unique_ptr<File>> Create(const std::string& path) override {
    int fd = OpenRetrying(path, O_RDWR | O_CREAT | O_EXCL);
    if (fd < 0) return FailErrno("create", path);
    return std::make_unique<PosixFile>(fd, path);
  }

  Result<std::unique_ptr<File>> OpenForRead(const std::string& path) override {
    int fd = OpenRetrying(path, O_RDONLY);
    if (fd < 0) return FailErrno("open", path);
    return std::make_unique<PosixFile>(fd, path);
  }

  // Directories are their owner's only, as the files in them are.
  Status MakeDirectories(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    if (errno == EEXIST) {
      if (IsDirectory(path)) return {};
      return Fail(Code::kAlreadyExists, "mkdir " + path + ": a file of that name is there");
    }
    std::string parent = ParentDirectory(path);
    if (errno != ENOENT || parent == path || parent == ".") return FailErrno("mkdir", path);
    PENSTOCK_RETURN_IF_ERROR(MakeDirectories(parent));
    if (::mkdir(path.c_str(), 0700) != 0 && !(errno == EEXIST && IsDirectory(path))) {
      return FailErrno("mkdir", path);
    }
    return {};
  }

  Result<std::vector<DirectoryEntry>> List(const std::string& path) override {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return FailErrno("list", path);
    std::vector<DirectoryEntry> entries;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr) break;
      std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      entries.push_back({std::string(name), IsDirectory(path, *entry)});
    }
    if (errno != 0) return FailErrno("list", path);
    return entries;
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return FailErrno("rename", from + " to " + to);
    return {};
  }

  Status Remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return FailErrno("remove", path);
    return {};
  }

  Status Link(const std::string& from, const std::string& to) override {
    if (::link(from.c_str(), to.c_str()) == 0) return {};
    if (!NeedsCopy(errno)) return FailErrno("link", from + " to " + to);
    return Fail(Code::kFailedPrecondition, from + " cannot be linked to " + to);
  }

  Result<std::unique_ptr<File>> TakeOver(const std::string& from, const std::string& to) override {
    // Never through a link, and not waiting for a named pipe.
    int fd = OpenRetrying(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno != ELOOP) return FailErrno("open", from);
    if (fd < 0) return Fail(Code::kFailedPrecondition, from + " is a symbolic link");
    auto file = std::make_unique<PosixFile>(fd, to);
    Seizure seizure(fd);
    if (!seizure.succeeded()) {
      return Fail(Code::kFailedPrecondition, from + " may be in use by others");
    }
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
      if (!NeedsCopy(errno)) return FailErrno("rename", from + " to " + to);
      return Fail(Code::kFailedPrecondition, from + " cannot be moved to " + to);
    }
    seizure.Keep();
    return file;
  }

  Status SyncDirectory(const std::string& path) override {
    int fd = OpenRetrying(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return FailErrno("open", path);
    int result = ::fsync(fd);
    Status status;
    if (result != 0) status = FailErrno("fsync", path);
    ::close(fd);
    return status;
  }

  bool Exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<DriveSpace> Space(const std::string& path) override {
    struct statvfs info;
    if (::statvfs(path.c_str(), &info) != 0) return FailErrno("statvfs", path);
    return DriveSpace{uint64_t{info.f_blocks} * info.f_frsize,
                      uint64_t{info.f_bavail} * info.f_frsize};
  }

  bool IsMountPoint(const std::string& path) override {
    struct stat own, parent;
    return ::stat(path.c_str(), &own) == 0 && ::stat((path + "/..").c_str(), &parent) == 0 &&
           (own.st_dev != parent.st_dev || own.st_ino == parent.st_ino);
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakePosixFileSystem() { return std::make_unique<PosixFileSystem>(); }

}  // namespace penstock::sys
