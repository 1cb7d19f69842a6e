// SPDX-License-Identifier: Apache-2.0
// Everything here runs in a copy of a multi-threaded process: no allocation, no locks, no C++
// library calls that may do either.
#include <cerrno>

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child_steps.h"

namespace penstock::sys {
namespace {

// Before anything else, while there is one thread and nothing of the process is to be accounted
// elsewhere.
void JoinControlGroup(const ChildPlan& plan, const ChildPipes& pipes) {
  for (size_t i = 0; i < plan.join_files.size(); ++i) {
    if (::write(plan.join_files[i], "0", 1) == 1) continue;
    const ChildFailure failure{ChildStage::kControlGroup, static_cast<uint32_t>(i), errno};
    [[maybe_unused]] ssize_t written = ::write(pipes.start, &failure, sizeof(failure));
    ::_exit(127);
  }
}

void MapUser(const SandboxPlan& plan) {
  // Without "deny" an ordinary user may not map its group.
  if (!WriteFileOnce("/proc/self/setgroups", "deny", 4) && errno != ENOENT) {
    Give(ChildStage::kUserNamespace);
  }
  if (!WriteFileOnce("/proc/self/uid_map", plan.uid_map.data(), plan.uid_map.size()) ||
      !WriteFileOnce("/proc/self/gid_map", plan.gid_map.data(), plan.gid_map.size())) {
    Give(ChildStage::kUserNamespace);
  }
}

constexpr uint64_t kForkServersPrivileges =
    uint64_t{1} << CAP_SYS_ADMIN | uint64_t{1} << CAP_SYS_CHROOT | uint64_t{1} << CAP_SETPCAP;

[[noreturn]] void Execute(const ChildPlan& plan) {
  ::setsid();
  // The pipe that was there is closed.
  if (plan.channel >= 0 && !Place(plan.channel, kGo, 0)) Give(ChildStage::kDescriptors);
  if (!plan.working_directory.empty() && ::chdir(plan.working_directory.c_str()) != 0) {
    Give(ChildStage::kWorkingDirectory);
  }
  if (plan.filter && !plan.filter->Install()) Give(ChildStage::kFilter);
  int error = ENOENT;
  for (const std::string& program : plan.programs) {
    ::execve(program.c_str(), const_cast<char* const*>(plan.argv.data()),
             const_cast<char* const*>(plan.envp.data()));
    if (errno == ENOENT || errno == ENOTDIR) continue;
    error = errno;
    if (errno != EACCES) break;
  }
  errno = error;
  Give(ChildStage::kExecute);
}

}  // namespace

// It holds a copy of our memory, so nobody in the sandbox may look into it.
void RunInit(const ChildPlan& plan) {
  ::prctl(PR_SET_DUMPABLE, 0);
  DropPrivileges(plan.channel < 0 ? 0 : kForkServersPrivileges);
  // Dropping privileges may have cleared it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const pid_t command = static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (command < 0) Give(ChildStage::kFork);
  if (command == 0) Execute(plan);
  if (plan.channel >= 0) {
    DropPrivileges();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  ::close(kStart);
  ::close_range(0, 2, 0);
  ::close_range(kStatus + 1, ~0U, 0);
  while (true) {
    ChildReport report;
    const pid_t ended = ::wait4(-1, &report.status, 0, nullptr);
    if (ended < 0 && errno == EINTR) continue;
    if (ended != command && ended >= 0) continue;
    CountChildren(report);
    [[maybe_unused]] ssize_t written = ::write(kStatus, &report, sizeof(report));
    ::_exit(0);
  }
}

void RunChild(const ChildPlan& plan, const ChildPipes& pipes) {
  if (plan.user >= 0) RunEntered(plan, pipes);
  JoinControlGroup(plan, pipes);
  SetDescriptors(pipes, {});
  // Dies with the thread that made it. That thread may be gone already.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  WaitForGo();
  ::close(kGo);
  ResetSignals();
  ::umask(022);
  if (plan.sandboxed && plan.sandbox.user_namespace) MapUser(plan.sandbox);
  if (plan.unprivileged) SetLimits(plan.max_file_bytes);
  if (plan.sandboxed) {
    ::setsid();
    if (plan.sandbox.own_network) RaiseLoopback();
    EnterNewRoot(plan.sandbox);
    RunInit(plan);
  }
  if (plan.unprivileged) {
    DropPrivileges();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  Execute(plan);
}

}  // namespace penstock::sys
