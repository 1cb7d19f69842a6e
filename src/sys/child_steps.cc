// SPDX-License-Identifier: Apache-2.0
// Everything here may run in a copy of a multi-threaded process: no allocation, no locks, no C++
// library calls that may do either.
#include "sys/child_steps.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <poll.h>
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
#include <sys/xattr.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

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

bool Place(int from, int to, int flags) {
  return from == to || ::syscall(SYS_dup3, from, to, flags) == to;
}

void SetDescriptors(const ChildPipes& pipes, const std::vector<int>& kept) {
  // Out of the way of the fixed places first.
  const int go = ::fcntl(pipes.go, F_DUPFD_CLOEXEC, 16);
  const int output = ::fcntl(pipes.output, F_DUPFD_CLOEXEC, 16);
  const int start = ::fcntl(pipes.start, F_DUPFD_CLOEXEC, 16);
  const int status = ::fcntl(pipes.status, F_DUPFD_CLOEXEC, 16);
  const int null = ::fcntl(::open("/dev/null", O_RDWR | O_CLOEXEC), F_DUPFD_CLOEXEC, 16);
  if (!Place(start, kStart, O_CLOEXEC)) ::_exit(127);
  if (!Place(go, kGo, O_CLOEXEC) || !Place(status, kStatus, O_CLOEXEC) || !Place(null, 0, 0) ||
      !Place(output, 1, 0) || !Place(output, 2, 0)) {
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

bool WriteFileOnce(const char* path, const char* text, size_t size) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = ::write(fd, text, size) == static_cast<ssize_t>(size);
  const int error = errno;
  ::close(fd);
  errno = error;
  return good;
}

void SetLimits(const std::optional<uint64_t>& max_file_bytes) {
  WriteFileOnce("/proc/self/oom_score_adj", "500", 3);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (max_file_bytes) {
    const rlimit file = {*max_file_bytes, *max_file_bytes};
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

// "name=value,name" for a file system that is being made.
bool Configure(int file, const char* data) {
  char words[256];
  const size_t size = std::strlen(data) + 1;
  if (size > sizeof(words)) return false;
  std::memcpy(words, data, size);
  for (char* word = words; word != nullptr && *word != '\0';) {
    char* const comma = std::strchr(word, ',');
    if (comma != nullptr) *comma = '\0';
    char* const equals = std::strchr(word, '=');
    if (equals != nullptr) *equals = '\0';
    const int set = equals == nullptr ? ::fsconfig(file, FSCONFIG_SET_FLAG, word, nullptr, 0)
                                      : ::fsconfig(file, FSCONFIG_SET_STRING, word, equals + 1, 0);
    if (set != 0) return false;
    word = comma == nullptr ? nullptr : comma + 1;
  }
  return true;
}

// The new one is there before the old one goes: only who sees one /proc may mount another.
bool Renew(const MountAction& action) {
  const int file = ::fsopen(action.type.c_str(), FSOPEN_CLOEXEC);
  if (file < 0 || ::fsconfig(file, FSCONFIG_SET_STRING, "source", action.type.c_str(), 0) != 0 ||
      !Configure(file, action.data.c_str()) ||
      ::fsconfig(file, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return false;
  }
  const int made = ::fsmount(file, FSMOUNT_CLOEXEC, static_cast<unsigned>(action.attributes));
  if (made < 0) return false;
  ::umount2(action.target.c_str(), MNT_DETACH);
  if (::move_mount(made, "", AT_FDCWD, action.target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return false;
  }
  ::close(made);
  ::close(file);
  return true;
}

// Asked for the first time, the kernel takes note of a mount that is idle and takes it away when it
// is asked again and nobody has looked at it meanwhile. So it is looked at.
bool IsIdle(const char* target) {
  if (::umount2(target, MNT_EXPIRE) == 0) {
    errno = ENOENT;
    return false;
  }
  const int error = errno;
  const bool there = ::access(target, F_OK) == 0;
  errno = error;
  return error == EAGAIN && there;
}

// linux/fs.h and sys/mount.h do not go together.
constexpr unsigned long kGetFlags = _IOR('f', 1, long);

bool HasMode(int folder, const char* name, mode_t mode) {
  struct stat info = {};
  return ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == 0 &&
         info.st_mode == mode;
}

// The one entry that a new instance of terminals has.
constexpr const char* kTerminalMaker = "ptmx";

bool HasNothingNew(int folder) {
  struct Entry {  // linux_dirent64
    uint64_t number;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
  };
  alignas(Entry) char buffer[512];
  while (true) {
    const long count = ::syscall(SYS_getdents64, folder, buffer, sizeof(buffer));
    if (count <= 0) return count == 0;
    for (long at = 0; at < count;) {
      const auto* entry = reinterpret_cast<const Entry*>(buffer + at);
      at += entry->size;
      const bool dots = std::strcmp(entry->name, ".") == 0 || std::strcmp(entry->name, "..") == 0;
      if (!dots && std::strcmp(entry->name, kTerminalMaker) != 0) return false;
    }
  }
}

// Whether the folder of a file system that is made for each task is what it was when it was made:
// nothing in it but what it came with, permissions and attributes the same. Owners nobody can
// change.
bool IsAsMade(const MountAction& action) {
  const int folder = ::open(action.target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return false;
  const bool terminals = action.type == "devpts";
  long flags = 0;
  if (::ioctl(folder, kGetFlags, &flags) != 0) flags = 0;
  const bool made = HasMode(folder, "", S_IFDIR | static_cast<mode_t>(action.flags)) &&
                    flags == 0 && ::flistxattr(folder, nullptr, 0) <= 0 && HasNothingNew(folder) &&
                    (terminals ? HasMode(folder, kTerminalMaker, S_IFCHR | 0666)
                               : ::faccessat(folder, kTerminalMaker, F_OK, 0) != 0);
  ::close(folder);
  return made;
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
      return ::mount(action.source.c_str(), target,
                     action.type.empty() ? nullptr : action.type.c_str(), action.flags,
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
    case MountAction::Call::kRenew:
      return Renew(action);
    case MountAction::Call::kReuse:
      return (IsIdle(target) && IsAsMade(action)) || Renew(action);
    case MountAction::Call::kIsIdle:
      return IsIdle(target);
  }
  return false;
}

// A failure names the action, counted from `first` on.
void Furnish(const SandboxPlan& plan, ChildStage stage, uint32_t first) {
  for (const MountAction& action : plan.actions) {
    if (!Act(action) && !action.optional) Give(stage, first);
    ++first;
  }
}

void SetHostname(const SandboxPlan& plan) {
  if (::sethostname(plan.hostname.data(), plan.hostname.size()) != 0) Give(ChildStage::kHostname);
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
  Furnish(plan, ChildStage::kMount, 0);
  // The old root lands on top of the new one and is taken off again.
  mount_attr read_only = {};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  if (::chdir(root) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
      ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0 ||
      ::mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof(read_only)) != 0) {
    Give(ChildStage::kPivot);
  }
  SetHostname(plan);
}

void EnterRoom(const SandboxPlan& plan) {
  if (::setns(plan.room, CLONE_NEWNS) != 0) Give(ChildStage::kRoom);
  Furnish(plan, ChildStage::kRoom, 1);
  SetHostname(plan);
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

// Whoever made us may have ended before this took effect: then nobody reads what we say.
void DieWithParent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd reader = {kStart, 0, 0};
  if (::poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0) ::_exit(127);
}

// The system calls themselves: the C library's would tell threads that are not there.
bool TryToEnterUser(int user) {
  ::prctl(PR_SET_DUMPABLE, 0);
  if (::syscall(SYS_setgroups, 0, nullptr) != 0 || ::setns(user, CLONE_NEWUSER) != 0 ||
      ::syscall(SYS_setresgid, 0, 0, 0) != 0 || ::syscall(SYS_setresuid, 0, 0, 0) != 0) {
    return false;
  }
  ::prctl(PR_SET_DUMPABLE, 0);
  return true;
}

void EnterUser(int user) {
  if (!TryToEnterUser(user)) Give(ChildStage::kEnter);
}

void JoinGroup(const ChildPlan& plan) {
  for (size_t i = 0; i < plan.join_files.size(); ++i) {
    if (::write(plan.join_files[i], "0", 1) != 1) {
      Give(ChildStage::kControlGroup, static_cast<uint32_t>(i));
    }
  }
}

pid_t CloneFirst(const ChildPlan& plan, int& pid_fd, bool as_sibling) {
  clone_args arguments = {};
  arguments.flags = CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (plan.sandbox.room < 0) arguments.flags |= CLONE_NEWNS;
  if (plan.sandbox.own_network) arguments.flags |= CLONE_NEWNET;
  if (plan.group_folder >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<uint64_t>(plan.group_folder);
  }
  arguments.pidfd = reinterpret_cast<uint64_t>(&pid_fd);
  // A sibling's is ours.
  if (as_sibling) {
    arguments.flags |= CLONE_PARENT;
  } else {
    arguments.exit_signal = SIGCHLD;
  }
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

}  // namespace penstock::sys
