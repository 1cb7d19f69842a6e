// SPDX-License-Identifier: Apache-2.0
// Everything here runs in copies of a multi-threaded process, as in child_run.cc.
//
// The process that is cloned enters another user's namespaces and makes the sandbox's first process
// there, which it then guards: it ends when that has ended, and kills it when it is told to or
// whoever started it is gone. Both hold a copy of our memory, and the user may not look into them.
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child_steps.h"

namespace penstock::sys {
namespace {

[[noreturn]] void Guard(pid_t first, int pid_fd) {
  if (!Place(pid_fd, kStart, O_CLOEXEC)) ::_exit(127);
  ::close_range(0, 2, 0);
  ::close_range(kStatus, ~0U, 0);
  while (true) {
    pollfd events[2] = {{kGo, POLLIN, 0}, {kStart, POLLIN, 0}};
    if (::poll(events, 2, -1) < 0) continue;
    if (events[1].revents != 0) break;
    if (events[0].revents == 0) continue;
    ::kill(first, SIGKILL);
    pollfd end = {kStart, POLLIN, 0};
    while (::poll(&end, 1, -1) < 0) {
    }
    break;
  }
  while (::waitpid(first, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::_exit(0);
}

[[noreturn]] void RunFirst(const ChildPlan& plan) {
  ::close(kGo);
  JoinGroup(plan);
  ::setsid();
  DieWithParent();
  if (plan.sandbox.own_network) RaiseLoopback();
  EnterNewRoot(plan.sandbox);
  RunInit(plan);
}

}  // namespace

void RunEntered(const ChildPlan& plan, const ChildPipes& pipes) {
  ::prctl(PR_SET_DUMPABLE, 0);
  SetDescriptors(pipes, plan.kept);
  WaitForGo();
  ResetSignals();
  ::umask(022);
  SetLimits(plan.max_file_bytes);
  EnterUser(plan.user);
  DieWithParent();
  int pid_fd = -1;
  const pid_t first = CloneFirst(plan, pid_fd, false);
  if (first < 0) Give(ChildStage::kFork);
  if (first == 0) RunFirst(plan);
  DropPrivileges();
  DieWithParent();
  Guard(first, pid_fd);
}

}  // namespace penstock::sys
