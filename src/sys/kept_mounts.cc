// SPDX-License-Identifier: Apache-2.0
#include "sys/kept_mounts.h"

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

constexpr size_t kStack = size_t{64} << 10;

struct Place {
  std::string folder, name;
};

struct Question {
  int name_space;
  const std::vector<ShownMount>* mounts;
  std::vector<Place> places;  // of the mounts, in parts
  bool all_idle = false;
};

void TakeOff(const Place& place) {
  open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const auto folder =
      static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, place.folder.c_str(), &how, sizeof(how)));
  if (folder < 0) return;
  if (::fchdir(folder) == 0) ::umount2(place.name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  [[maybe_unused]] const int back = ::chdir("/");
  ::close(folder);
}

// A mount that is asked about for the first time stays where it is; it is looked at, so that the
// next time is the first one again.
bool IsIdle(const char* target) {
  return ::umount2(target, MNT_EXPIRE | UMOUNT_NOFOLLOW) != 0 && errno == EAGAIN &&
         ::access(target, F_OK) == 0;
}

// In the memory of a thread that waits meanwhile, but with a root folder of its own.
int Ask(void* given) {
  auto* question = static_cast<Question*>(given);
  if (::setns(question->name_space, CLONE_NEWNS) != 0) return 0;
  for (size_t i = 0; i < question->mounts->size(); ++i) {
    const ShownMount& mount = (*question->mounts)[i];
    if (mount.asked && !IsIdle(mount.target.c_str())) return 0;
    if (mount.goes) TakeOff(question->places[i]);
  }
  question->all_idle = true;
  return 0;
}

}  // namespace

void KeptMounts::Keep(pid_t pid) {
  if (pid <= 0) return;
  const std::string mounts = "/proc/" + std::to_string(pid) + "/ns/mnt";
  mounts_ = UniqueFd(::open(mounts.c_str(), O_RDONLY | O_CLOEXEC));
}

bool AllMountsIdle(int name_space, const std::vector<ShownMount>& mounts) {
  Question question{name_space, &mounts, {}};
  for (const ShownMount& mount : mounts) {
    const size_t slash = mount.target.rfind('/');
    if (slash == std::string::npos) return false;
    question.places.push_back(
        {slash == 0 ? "/" : mount.target.substr(0, slash), mount.target.substr(slash + 1)});
  }
  const auto stack = std::make_unique<char[]>(kStack);
  const pid_t pid = ::clone(Ask, stack.get() + kStack, CLONE_VM | CLONE_VFORK, &question);
  if (pid < 0) return false;
  while (::waitpid(pid, nullptr, __WCLONE) < 0 && errno == EINTR) {
  }
  return question.all_idle;
}

}  // namespace penstock::sys
