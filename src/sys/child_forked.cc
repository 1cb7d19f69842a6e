// SPDX-License-Identifier: Apache-2.0
// The first process of a sandbox whose command a fork server forks into it.
#include "sys/child_forked.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child_steps.h"

namespace penstock::sys {
namespace {

// Longer than any fork server that works needs on a machine that is busy.
constexpr int kForkServerPatience = 10'000;  // milliseconds

constexpr size_t kMostGroups = 8, kFixedFiles = 10;

// What the fork server gets, in the order of fork_server.h.
struct Message {
  int files[kFixedFiles + kMostGroups];
  size_t count = 0;
  void Add(int file) {
    if (file < 0) Give(ChildStage::kForkServer);
    files[count++] = file;
  }
};

void Send(const ChildPlan& plan, const Message& message) {
  char text[] = "fork 0";
  text[5] = static_cast<char>('0' + (message.count - kFixedFiles));
  iovec part = {text, 6};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(message.files))] = {};
  const size_t size = message.count * sizeof(int);
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = CMSG_SPACE(size);
  cmsghdr* files = CMSG_FIRSTHDR(&header);
  files->cmsg_level = SOL_SOCKET;
  files->cmsg_type = SCM_RIGHTS;
  files->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(files), message.files, size);
  // A queue that stays full is that of a fork server that does not read.
  pollfd room = {plan.fork_server, POLLOUT, 0};
  if (::poll(&room, 1, kForkServerPatience) <= 0 ||
      ::sendmsg(plan.fork_server, &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    Give(ChildStage::kForkServer);
  }
}

int OpenNamespace(const char* path) { return ::open(path, O_RDONLY | O_CLOEXEC); }

// Returns where the fork server reports to.
int HandOver(const ChildPlan& plan, int last_pid) {
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) Give(ChildStage::kForkServer);
  Message message;
  // The host's network is nobody's to enter.
  const char* network = plan.sandbox.own_network ? "/proc/self/ns/net" : "/proc/self/ns/uts";
  for (const char* path : {"/proc/self/ns/pid", "/proc/self/ns/ipc", "/proc/self/ns/uts", network,
                           "/proc/self/ns/mnt"}) {
    message.Add(OpenNamespace(path));
  }
  for (const int file : {1, plan.job, report[1], last_pid, plan.go}) message.Add(file);
  if (plan.join_files.size() > kMostGroups) Give(ChildStage::kForkServer);
  for (const int file : plan.join_files) message.Add(file);
  Send(plan, message);
  // Only what was sent is left of them, so that their end is seen.
  ::close(report[1]);
  return report[0];
}

// The fork server says that the command starts. Whoever has started this process knows how long
// that may take.
void AwaitStart(int report) {
  char byte = 0;
  ssize_t count;
  do {
    count = ::read(report, &byte, 1);
  } while (count < 0 && errno == EINTR);
  errno = ECONNRESET;
  if (count != 1 || byte != 'r') Give(ChildStage::kForkServer);
}

// Nothing but that tells it from a sandbox that was ended with its fork server.
void SayBegun() {
  const ChildFailure none = {ChildStage::kBegun, 0, 0};
  [[maybe_unused]] ssize_t written = ::write(kStart, &none, sizeof(none));
  ::close(kStart);
}

// What was reported, and what else was reaped here.
void Tell(int file) {
  ChildReport report;
  if (::read(file, &report, sizeof(report)) != static_cast<ssize_t>(sizeof(report))) {
    report = {};
    report.status = SIGKILL;  // as whoever watches over the command was ended itself
  }
  ChildReport orphans;
  CountChildren(orphans);
  report.counted = 1;
  report.cpu_microseconds += orphans.cpu_microseconds;
  report.read_blocks += orphans.read_blocks;
  report.written_blocks += orphans.written_blocks;
  if (report.largest_resident_kib < orphans.largest_resident_kib) {
    report.largest_resident_kib = orphans.largest_resident_kib;
  }
  [[maybe_unused]] ssize_t written = ::write(kStatus, &report, sizeof(report));
  ::_exit(0);
}

[[noreturn]] void RunForkedInit(const ChildPlan& plan) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  const int orphans = ::fcntl(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK),
                              F_DUPFD_CLOEXEC, kFirstKeptFile);
  if (orphans < 0) Give(ChildStage::kDescriptors);
  // While it can be written; which of them is meant depends on who writes.
  const int last_pid = ::open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
  if (last_pid < 0) Give(ChildStage::kForkServer);
  if (plan.sandbox.room >= 0) {
    EnterRoom(plan.sandbox);
  } else {
    EnterNewRoot(plan.sandbox);
  }
  const int report = HandOver(plan, last_pid);
  DropPrivileges();
  DieWithParent();
  AwaitStart(report);
  if (!Place(report, kGo, O_CLOEXEC)) Give(ChildStage::kDescriptors);
  SayBegun();
  ::close_range(0, 2, 0);
  ::close_range(kStatus + 1, static_cast<unsigned>(orphans) - 1, 0);
  ::close_range(static_cast<unsigned>(orphans) + 1, ~0U, 0);
  while (true) {
    pollfd events[2] = {{kGo, POLLIN, 0}, {orphans, POLLIN, 0}};
    if (::poll(events, 2, -1) < 0) continue;
    if (events[1].revents != 0) {
      signalfd_siginfo ignored;
      [[maybe_unused]] ssize_t count = ::read(orphans, &ignored, sizeof(ignored));
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
    }
    if (events[0].revents != 0) Tell(kGo);
  }
}

}  // namespace

void RunForked(const ChildPlan& plan, const ChildPipes& pipes) {
  SetDescriptors(pipes, plan.kept);
  ::close(kGo);
  JoinGroup(plan);
  ::setsid();
  DieWithParent();
  if (plan.sandbox.own_network) RaiseLoopback();
  RunForkedInit(plan);
}

}  // namespace penstock::sys
