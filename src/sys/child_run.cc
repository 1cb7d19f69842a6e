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

#include "sys/child_plan.h"

namespace penstock::sys {
namespace {

// Where the pipes are once Descriptors() has tidied up.
constexpr int kGo = 3, kStart = 4, kStatus = 5;

[[noreturn]] void Give(ChildStage stage, uint32_t index = 0) {
  const ChildFailure failure{stage, index, errno};
  [[maybe_unused]] ssize_t written = ::write(kStart, &failure, sizeof(failure));
  ::_exit(127);
}

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

// Standard files, our pipes at fixed places, and nothing else.
void SetDescriptors(const ChildPipes& pipes) {
  // Out of the way of the fixed places first.
  const int go = ::fcntl(pipes.go, F_DUPFD_CLOEXEC, 16);
  const int output = ::fcntl(pipes.output, F_DUPFD_CLOEXEC, 16);
  const int start = ::fcntl(pipes.start, F_DUPFD_CLOEXEC, 16);
  const int status = ::fcntl(pipes.status, F_DUPFD_CLOEXEC, 16);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (::dup3(start, kStart, O_CLOEXEC) < 0) ::_exit(127);
  if (::dup3(go, kGo, O_CLOEXEC) < 0 || ::dup3(status, kStatus, O_CLOEXEC) < 0 || null < 0 ||
      ::dup2(null, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0 ||
      ::close_range(6, ~0U, 0) != 0) {
    Give(ChildStage::kDescriptors);
  }
}

// Dies with the thread that made it. That thread may be gone already: then nobody holds the other
// end of the pipe.
void BindToParent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte;
  ssize_t count;
  do {
    count = ::read(kGo, &byte, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1) ::_exit(127);
  ::close(kGo);
}

void ResetSignals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool WriteFileOnce(const char* path, const char* text, size_t size) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = ::write(fd, text, size) == static_cast<ssize_t>(size);
  const int error = errno;
  ::close(fd);
  errno = error;
  return good;
}

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
  }
  return false;
}

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

// No capability now, none by executing anything. A failure to drop what one does not have is none.
void DropPrivileges() {
  for (int capability = 0; capability < 64; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  ::prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    Give(ChildStage::kPrivileges);
  }
}

[[noreturn]] void Execute(const ChildPlan& plan) {
  ::setsid();
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

// What all that has been waited for has used.
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

// The first process of the sandbox: reaps orphans, reports how the command ended, and by ending
// makes the kernel kill everything that is left. It holds a copy of our memory, so nobody in the
// sandbox may look into it.
[[noreturn]] void RunInit(const ChildPlan& plan) {
  ::prctl(PR_SET_DUMPABLE, 0);
  DropPrivileges();
  // Dropping privileges may have cleared it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const pid_t command = static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (command < 0) Give(ChildStage::kFork);
  if (command == 0) Execute(plan);
  ::close(kStart);
  ::close_range(0, 2, 0);
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

}  // namespace

void RunChild(const ChildPlan& plan, const ChildPipes& pipes) {
  JoinControlGroup(plan, pipes);
  SetDescriptors(pipes);
  BindToParent();
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
