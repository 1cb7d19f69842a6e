// SPDX-License-Identifier: Apache-2.0
#include "sys/kept_mounts.h"

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

constexpr size_t kStack = size_t{64} << 10;

struct Question {
  int mounts;
  const std::vector<KeptMounts::Mount>* asked;
  bool all_idle = false;
};

// In the memory of a thread that waits meanwhile, but with a root folder of its own. A mount that
// is asked about for the first time stays where it is.
int Ask(void* given) {
  auto* question = static_cast<Question*>(given);
  if (::setns(question->mounts, CLONE_NEWNS) != 0) return 0;
  for (const KeptMounts::Mount& mount : *question->asked) {
    const char* target = mount.target.c_str();
    if (mount.asked && (::umount2(target, MNT_EXPIRE) == 0 || errno != EAGAIN)) return 0;
    if (mount.goes) ::umount2(target, MNT_DETACH);
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

bool KeptMounts::AllIdle(const std::vector<Mount>& mounts) const {
  if (!mounts_.valid()) return false;
  Question question{mounts_.get(), &mounts};
  const auto stack = std::make_unique<char[]>(kStack);
  const pid_t pid = ::clone(Ask, stack.get() + kStack, CLONE_VM | CLONE_VFORK, &question);
  if (pid < 0) return false;
  while (::waitpid(pid, nullptr, __WCLONE) < 0 && errno == EINTR) {
  }
  return question.all_idle;
}

}  // namespace penstock::sys
