// SPDX-License-Identifier: Apache-2.0
#include "sys/remove_tree.h"

#include <cerrno>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Status;

Status FailAt(const std::string& path) {
  return Fail(Code::kInternal,
              "cannot remove " + path + ": " + std::generic_category().message(errno));
}

// So far down a directory is emptied where it is, which is less work.
constexpr int kPlainDepth = 6;

// Empties one directory at a time; the directories found far down are moved up to the top and wait
// there, so that no path ever grows.
class TreeRemover {
 public:
  explicit TreeRemover(std::string path, std::set<std::string> kept = {})
      : path_(std::move(path)), kept_(std::move(kept)) {}

  Status Remove() {
    ::chmod(path_.c_str(), 0700);
    PENSTOCK_RETURN_IF_ERROR(EmptyAll());
    return ::rmdir(path_.c_str()) == 0 ? Status{} : FailAt(path_);
  }

  Status EmptyAll() {
    top_ = UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top_.valid()) return FailAt(path_);
    PENSTOCK_RETURN_IF_ERROR(Empty("."));
    while (!waiting_.empty()) {
      const std::string name = *waiting_.begin();
      PENSTOCK_RETURN_IF_ERROR(Empty(name));
      if (::unlinkat(top_.get(), name.c_str(), AT_REMOVEDIR) != 0) return FailAt(path_);
      waiting_.erase(name);
    }
    return {};
  }

 private:
  Status Empty(const std::string& name) {
    const int fd = OpenFolder(top_.get(), name.c_str());
    if (fd < 0) return FailAt(path_ + "/" + name);
    return EmptyOpen(fd, name, name == "." ? 0 : 1);
  }

  static int OpenFolder(int directory, const char* name) {
    return ::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }

  // Takes the descriptor.
  Status EmptyOpen(int fd, const std::string& name, int depth) {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd), ::closedir);
    if (!directory) {
      ::close(fd);
      return FailAt(path_ + "/" + name);
    }
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string_view child = entry->d_name;
      if (child == "." || child == "..") continue;
      if (depth == 0 && IsToStay(std::string(child))) continue;
      PENSTOCK_RETURN_IF_ERROR(RemoveEntry(fd, entry->d_name, depth));
    }
    return {};
  }

  bool IsToStay(const std::string& name) const {
    return kept_.contains(name) || waiting_.contains(name);
  }

  Status RemoveEntry(int directory, const char* name, int depth) {
    if (::unlinkat(directory, name, 0) == 0 || errno == ENOENT) return {};
    if (errno != EISDIR && errno != EPERM) return FailAt(path_ + "/" + name);
    if (::unlinkat(directory, name, AT_REMOVEDIR) == 0) return {};
    if (depth < kPlainDepth) {
      const int fd = OpenFolder(directory, name);
      const bool empty = fd >= 0 && EmptyOpen(fd, name, depth + 1);
      if (empty && ::unlinkat(directory, name, AT_REMOVEDIR) == 0) return {};
    }
    ::fchmodat(directory, name, 0700, 0);
    std::string waiting = std::string(kPrefix) + std::to_string(moved_++);
    // A name that the tree's owner has chosen to be in the way is passed over.
    while (::renameat(directory, name, top_.get(), waiting.c_str()) != 0) {
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) {
        return FailAt(path_ + "/" + name);
      }
      waiting = std::string(kPrefix) + std::to_string(moved_++);
    }
    waiting_.insert(std::move(waiting));
    return {};
  }

  static constexpr std::string_view kPrefix = ".penstock-removing-";

  const std::string path_;
  const std::set<std::string> kept_;
  UniqueFd top_;
  std::set<std::string> waiting_;
  uint64_t moved_ = 0;
};

}  // namespace

Status RemoveTree(const std::string& path) {
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0) return errno == ENOENT ? Status{} : FailAt(path);
  if (S_ISDIR(info.st_mode)) return TreeRemover(path).Remove();
  return ::unlink(path.c_str()) == 0 ? Status{} : FailAt(path);
}

Status EmptyFolder(const std::string& path, const std::set<std::string>& kept) {
  return TreeRemover(path, kept).EmptyAll();
}

}  // namespace penstock::sys
