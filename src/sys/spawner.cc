// SPDX-License-Identifier: Apache-2.0
#include "sys/spawner.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child_steps.h"
#include "sys/fork_server.h"
#include "sys/spawn_message.h"
#include "sys/spawner_program.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Longer than it takes on any machine that is busy.
constexpr int kPatience = 10'000;  // milliseconds

std::string ErrorText(int error) { return std::generic_category().message(error); }

// While it lives, this thread's children are born in another PID namespace.
class ChildrenElsewhere {
 public:
  explicit ChildrenElsewhere(int pid_namespace) {
    if (pid_namespace < 0) return;
    own_ = UniqueFd(::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
    entered_ = own_.valid() && ::setns(pid_namespace, CLONE_NEWPID) == 0;
    failed_ = !entered_;
  }
  ChildrenElsewhere(const ChildrenElsewhere&) = delete;
  ChildrenElsewhere& operator=(const ChildrenElsewhere&) = delete;
  ~ChildrenElsewhere() {
    // Back to where the thread itself is, which is always allowed to who could leave.
    if (entered_ && ::setns(own_.get(), CLONE_NEWPID) != 0) std::abort();
  }
  bool failed() const { return failed_; }

 private:
  UniqueFd own_;
  bool entered_ = false, failed_ = false;
};

// Between clone(2) and execve(2), in a copy of one thread of many.
[[noreturn]] void BecomeSpawner(int program, const int (&files)[3]) {
  int moved[3] = {};
  for (int i = 0; i < 3; ++i) moved[i] = ::fcntl(files[i], F_DUPFD_CLOEXEC, kFirstKeptFile);
  const int kept = ::fcntl(program, F_DUPFD_CLOEXEC, kFirstKeptFile);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int i = 0; i < 3; ++i) {
    if (!Place(null, i, 0)) ::_exit(127);
  }
  for (int i = 0; i < 3; ++i) {
    if (!Place(moved[i], kSpawnerFiles + i, 0)) ::_exit(127);
  }
  ::close_range(kSpawnerFiles + 3, static_cast<unsigned>(kept) - 1, 0);
  ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
  ResetSignals();
  char name[] = "penstock-spawner";
  char* const words[] = {name, nullptr};
  char* const variables[] = {nullptr};
  ::syscall(SYS_execveat, kept, "", words, variables, AT_EMPTY_PATH);
  ::_exit(127);
}

// Sends one byte with files.
Status Send(int socket, char byte, const int* files, size_t count) {
  iovec part = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(kFilesInMessage * sizeof(int))] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* sent = CMSG_FIRSTHDR(&header);
  sent->cmsg_level = SOL_SOCKET;
  sent->cmsg_type = SCM_RIGHTS;
  sent->cmsg_len = CMSG_LEN(count * sizeof(int));
  std::memcpy(CMSG_DATA(sent), files, count * sizeof(int));
  pollfd room = {socket, POLLOUT, 0};
  if (::poll(&room, 1, kPatience) > 0 &&
      ::sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) {
    return {};
  }
  return Fail(Code::kUnavailable, "the spawner of sandboxes does not take requests");
}

struct Answered {
  SpawnAnswer answer;
  UniqueFd pid_fd;
};

Result<Answered> ReceiveAnswer(int socket) {
  Answered answered;
  SpawnAnswer& answer = answered.answer;
  iovec part = {&answer, sizeof(answer)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  pollfd ready = {socket, POLLIN, 0};
  int polled;
  do {
    polled = ::poll(&ready, 1, kPatience);
  } while (polled < 0 && errno == EINTR);
  const bool whole = polled > 0 && ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) ==
                                       static_cast<ssize_t>(sizeof(answer));
  if (!whole) return Fail(Code::kUnavailable, "the spawner of sandboxes does not answer");
  if (const cmsghdr* sent = CMSG_FIRSTHDR(&header); sent != nullptr) {
    int file = -1;
    std::memcpy(&file, CMSG_DATA(sent), sizeof(file));
    answered.pid_fd = UniqueFd(file);
  }
  return answered;
}

// What we call a process that others call something else.
pid_t PidOf(int pid_fd) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(pid_fd));
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("Pid:")) return static_cast<pid_t>(std::atoi(line.c_str() + 4));
  }
  return -1;
}

// Executable memory files need to be asked for on newer kernels.
Result<UniqueFd> ProgramFile() {
  constexpr unsigned kExecutable = 0x10;  // MFD_EXEC
  UniqueFd file(::memfd_create("penstock-spawner", MFD_CLOEXEC | kExecutable));
  if (!file.valid()) file = UniqueFd(::memfd_create("penstock-spawner", MFD_CLOEXEC));
  if (!file.valid()) return Fail(Code::kUnavailable, "no memory file: " + ErrorText(errno));
  const std::string_view program = SpawnerProgram();
  for (size_t done = 0; done < program.size();) {
    const ssize_t count = ::write(file.get(), program.data() + done, program.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(Code::kUnavailable, "no memory file: " + ErrorText(errno));
    done += static_cast<size_t>(count);
  }
  return file;
}

}  // namespace

Result<std::unique_ptr<Spawner>> Spawner::Start(int user, int pid_namespace, int fork_server) {
  PENSTOCK_TRY(const UniqueFd program, ProgramFile());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return Fail(Code::kUnavailable, "cannot make a socket: " + ErrorText(errno));
  }
  UniqueFd ours(ends[0]);
  UniqueFd its(ends[1]);
  int pid_fd = -1;
  pid_t pid = -1;
  {
    const ChildrenElsewhere elsewhere(pid_namespace);
    if (elsewhere.failed()) return Fail(Code::kUnavailable, "the fork server has ended");
    pid = static_cast<pid_t>(
        ::syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, nullptr, &pid_fd, nullptr, 0));
    if (pid == 0) BecomeSpawner(program.get(), {its.get(), user, fork_server});
  }
  if (pid < 0) return Fail(Code::kUnavailable, "cannot make a new process: " + ErrorText(errno));
  std::unique_ptr<Spawner> spawner(new Spawner(UniqueFd(pid_fd), std::move(ours)));
  its.Close();
  PENSTOCK_TRY(const Answered ready, ReceiveAnswer(spawner->socket_.get()));
  if (ready.answer.error == 0) return spawner;
  return Fail(Code::kPermissionDenied,
              "sandbox: becoming another user: " + ErrorText(ready.answer.error));
}

Spawner::~Spawner() { Kill(); }

Status Spawner::Ask(const ChildPlan& plan, const Files& files) const {
  std::vector<int> planned;
  PENSTOCK_TRY(const UniqueFd encoded, MemoryFile(EncodePlan(plan, planned)));
  std::vector<int> all = {encoded.get(), files.output, files.start,
                          files.status,  files.job,    files.go};
  all.insert(all.end(), planned.begin(), planned.end());
  for (size_t sent = 0; sent < all.size(); sent += kFilesInMessage) {
    const size_t count = std::min(kFilesInMessage, all.size() - sent);
    const char kind = sent + count < all.size() ? kMore : kLast;
    PENSTOCK_RETURN_IF_ERROR(Send(socket_.get(), kind, all.data() + sent, count));
  }
  return {};
}

Result<Spawner::Spawned> Spawner::Spawn(const ChildPlan& plan, const Files& files) const {
  std::lock_guard lock(mutex_);
  if (broken_) return Fail(Code::kUnavailable, "the spawner of sandboxes does not answer");
  broken_ = true;
  PENSTOCK_RETURN_IF_ERROR(Ask(plan, files));
  PENSTOCK_TRY(Answered answered, ReceiveAnswer(socket_.get()));
  broken_ = false;
  // The spawner's numbers are those of its PID namespace.
  if (answered.pid_fd.valid()) {
    return Spawned{PidOf(answered.pid_fd.get()), std::move(answered.pid_fd)};
  }
  return Fail(Code::kUnavailable, "cannot make a new process: " + ErrorText(answered.answer.error));
}

bool Spawner::alive() const {
  pollfd ended = {pid_fd_.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) == 0;
}

void Spawner::Kill() const {
  ::syscall(SYS_pidfd_send_signal, pid_fd_.get(), SIGKILL, nullptr, 0);
  siginfo_t info = {};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pid_fd_.get()), &info,
                  WEXITED) != 0 &&
         errno == EINTR) {
  }
}

}  // namespace penstock::sys
