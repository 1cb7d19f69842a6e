// SPDX-License-Identifier: Apache-2.0
// Everything here runs in a copy of a multi-threaded process: no allocation, no locks, no C++
// library calls that may do either.
#include <cerrno>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

void CloseAllBut(const std::vector<int>& kept) {
  unsigned next = kStatus + 1;
  for (const int file : kept) {
    const auto number = static_cast<unsigned>(file);
    if (number > next && ::close_range(next, number - 1, 0) != 0) Give(ChildStage::kDescriptors);
    next = number + 1;
  }
  if (::close_range(next, ~0U, 0) != 0) Give(ChildStage::kDescriptors);
}

}  // namespace

void Give(ChildStage stage, uint32_t index) {
  const ChildFailure failure{stage, index, errno};
  [[maybe_unused]] ssize_t written = ::write(kStart, &failure, sizeof(failure));
  ::_exit(127);
}

void SetDescriptors(const ChildPipes& pipes, const std::vector<int>& kept) {
  // Out of the way of the fixed places first.
  const int go = ::fcntl(pipes.go, F_DUPFD_CLOEXEC, 16);
  const int output = ::fcntl(pipes.output, F_DUPFD_CLOEXEC, 16);
  const int start = ::fcntl(pipes.start, F_DUPFD_CLOEXEC, 16);
  const int status = ::fcntl(pipes.status, F_DUPFD_CLOEXEC, 16);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (::dup3(start, kStart, O_CLOEXEC) < 0) ::_exit(127);
  if (::dup3(go, kGo, O_CLOEXEC) < 0 || ::dup3(status, kStatus, O_CLOEXEC) < 0 || null < 0 ||
      ::dup2(null, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) {
    Give(ChildStage::kDescriptors);
  }
  CloseAllBut(kept);
}

void WaitForGo() {
  char byte;
  ssize_t count;
  do {
    count = ::read(kGo, &byte, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1) ::_exit(127);
}

void ResetSignals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

namespace {

bool WriteFileOnce(const char* path, const char* text, size_t size) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = ::write(fd, text, size) == static_cast<ssize_t>(size);
  const int error = errno;
  ::close(fd);
  errno = error;
  return good;
}

}  // namespace

void SetLimits(const ChildPlan& plan) {
  WriteFileOnce("/proc/self/oom_score_adj", "500", 3);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (plan.max_file_bytes) {
    const rlimit file = {*plan.max_file_bytes, *plan.max_file_bytes};
    ::setrlimit(RLIMIT_FSIZE, &file);
  }
  rlimit files = {};
  constexpr rlim_t kFiles = 65536;  // programs that close all of a huge limit are slow
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > kFiles) {
    files.rlim_cur = kFiles;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

namespace {

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

bool Act(const MountAction& action) {
  const char* target = action.target.c_str();
  switch (action.call) {
    case MountAction::Call::kMakeDirectory:
      return ::mkdir(target, 0755) == 0 || errno == EEXIST;
    case MountAction::Call::kMakeFile:
      return ::mknod(target, S_IFREG | 0644, 0) == 0 || errno == EEXIST;
    case MountAction::Call::kMakeSymlink:
      return ::symlink(action.source.c_str(), target) == 0 || errno == EEXIST;
    case MountAction::Call::kMount:
      return ::mount(action.source.c_str(), target, action.type, action.flags,
                     action.data.empty() ? nullptr : action.data.c_str()) == 0;
    case MountAction::Call::kSetAttributes: {
      mount_attr attributes = {};
      attributes.attr_set = action.attributes;
      return ::mount_setattr(AT_FDCWD, target, static_cast<unsigned>(action.flags), &attributes,
                             sizeof(attributes)) == 0;
    }
    case MountAction::Call::kMoveMount:
      return ::move_mount(action.file, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) == 0;
    case MountAction::Call::kUnmount:
      return ::umount2(target, MNT_DETACH) == 0;
  }
  return false;
}

}  // namespace

void EnterNewRoot(const SandboxPlan& plan) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    Give(ChildStage::kPrivateMounts);
  }
  const char* root = plan.mount_point.c_str();
  if (::mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0) {
    Give(ChildStage::kNewRoot);
  }
  for (size_t i = 0; i < plan.actions.size(); ++i) {
    if (!Act(plan.actions[i]) && !plan.actions[i].optional) {
      Give(ChildStage::kMount, static_cast<uint32_t>(i));
    }
  }
  // The old root lands on top of the new one and is taken off again.
  mount_attr read_only = {};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  if (::chdir(root) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
      ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0 ||
      ::mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof(read_only)) != 0) {
    Give(ChildStage::kPivot);
  }
  if (::sethostname(plan.hostname.data(), plan.hostname.size()) != 0) Give(ChildStage::kHostname);
}

// A new network has a loopback that is down.
void RaiseLoopback() {
  ifreq request = {};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::ioctl(fd, SIOCSIFFLAGS, &request) != 0) Give(ChildStage::kNetwork);
  ::close(fd);
}

// A failure to drop what one does not have is none.
void DropPrivileges(uint64_t kept) {
  for (int capability = 0; capability < 64; ++capability) {
    if ((kept >> capability & 1) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  // Who keeps some keeps them when it executes something, as user 0.
  if (kept == 0) ::prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  for (int half = 0; half < 2; ++half) {
    sets[half].effective = sets[half].permitted = static_cast<uint32_t>(kept >> (32 * half));
  }
  if (::syscall(SYS_capset, &header, sets) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    Give(ChildStage::kPrivileges);
  }
}

namespace {

constexpr uint64_t kForkServersPrivileges =
    uint64_t{1} << CAP_SYS_ADMIN | uint64_t{1} << CAP_SYS_CHROOT | uint64_t{1} << CAP_SETPCAP;

[[noreturn]] void Execute(const ChildPlan& plan) {
  ::setsid();
  // The pipe that was there is closed.
  if (plan.channel >= 0 && ::dup3(plan.channel, kGo, 0) < 0) Give(ChildStage::kDescriptors);
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

void CountChildren(ChildReport& report) {
  rusage used = {};
  if (::getrusage(RUSAGE_CHILDREN, &used) != 0) return;
  report.counted = 1;
  report.cpu_microseconds = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000L +
                            used.ru_utime.tv_usec + used.ru_stime.tv_usec;
  report.largest_resident_kib = used.ru_maxrss;
  report.read_blocks = used.ru_inblock;
  report.written_blocks = used.ru_oublock;
}

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
  if (plan.unprivileged) SetLimits(plan);
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
