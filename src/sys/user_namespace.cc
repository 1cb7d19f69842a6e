// SPDX-License-Identifier: Apache-2.0
#include "sys/user_namespace.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

std::string ErrorText(int error) { return std::generic_category().message(error); }

Status WriteOnce(const std::string& path, const std::string& text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.valid() && ::write(file.get(), text.data(), text.size()) >= 0) return {};
  return Fail(Code::kPermissionDenied, "cannot write " + path + ": " + ErrorText(errno));
}

// A process that only has to be there until the namespace is open.
class Holder {
 public:
  Holder() {
    pid_ = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
    if (pid_ != 0) return;
    while (true) ::pause();
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace

Result<UserNamespace> UserNamespace::Make(uint32_t id) {
  if (::geteuid() != 0) return Fail(Code::kPermissionDenied, "only root can map another user");
  const Holder holder;
  if (holder.pid() < 0) {
    return Fail(Code::kPermissionDenied, "cannot make a user namespace: " + ErrorText(errno));
  }
  const std::string folder = "/proc/" + std::to_string(holder.pid());
  const std::string map = "0 " + std::to_string(id) + " 1\n";
  PENSTOCK_RETURN_IF_ERROR(WriteOnce(folder + "/uid_map", map));
  PENSTOCK_RETURN_IF_ERROR(WriteOnce(folder + "/gid_map", map));
  UniqueFd fd(::open((folder + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return Fail(Code::kPermissionDenied, "cannot open a user namespace: " + ErrorText(errno));
  }
  return UserNamespace(std::move(fd));
}

Result<UniqueFd> UserNamespace::MappedTree(const std::string& path, bool read_only) const {
  UniqueFd tree(
      ::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (!tree.valid()) {
    return Fail(Code::kFailedPrecondition,
                "cannot copy the mount of " + path + ": " + ErrorText(errno));
  }
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (read_only) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  attributes.userns_fd = static_cast<uint64_t>(fd_.get());
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                      sizeof(attributes)) != 0) {
    return Fail(
        Code::kFailedPrecondition,
        "the file system of " + path + " cannot be mapped to another user: " + ErrorText(errno));
  }
  return tree;
}

}  // namespace penstock::sys
