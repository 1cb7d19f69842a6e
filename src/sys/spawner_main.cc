// SPDX-License-Identifier: Apache-2.0
// The program of the spawner (spawner.h). Small on purpose: it is copied for every sandbox.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/child_forked.h"
#include "sys/child_steps.h"
#include "sys/spawn_message.h"
#include "sys/spawner_program.h"

namespace penstock::sys {
namespace {

constexpr int kSocket = kSpawnerFiles, kUser = kSpawnerFiles + 1, kForkServer = kSpawnerFiles + 2;
constexpr off_t kMostBytes = off_t{64} << 20;

[[noreturn]] void End() { ::_exit(0); }

// One message's files; false at the end of all.
bool Receive(std::vector<int>& files, char& kind) {
  iovec part = {&kind, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(kFilesInMessage * sizeof(int))];
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  ssize_t size;
  do {
    size = ::recvmsg(kSocket, &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size != 1) return false;
  if (const cmsghdr* sent = CMSG_FIRSTHDR(&header); sent != nullptr) {
    const size_t count = (sent->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const size_t before = files.size();
    files.resize(before + count);
    std::memcpy(files.data() + before, CMSG_DATA(sent), count * sizeof(int));
  }
  return true;
}

void Answer(const SpawnAnswer& answer, int file) {
  iovec part = {const_cast<SpawnAnswer*>(&answer), sizeof(answer)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (file >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
    cmsghdr* sent = CMSG_FIRSTHDR(&header);
    sent->cmsg_level = SOL_SOCKET;
    sent->cmsg_type = SCM_RIGHTS;
    sent->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(sent), &file, sizeof(file));
  }
  if (::sendmsg(kSocket, &header, MSG_NOSIGNAL) < 0) End();
}

bool ReadPlan(const std::vector<int>& files, int fork_server, ChildPlan& plan) {
  struct stat info = {};
  if (files.size() < kFirstPlannedFile || ::fstat(files[kPlanFile], &info) != 0 ||
      info.st_size > kMostBytes) {
    return false;
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  if (::pread(files[kPlanFile], bytes.data(), bytes.size(), 0) != info.st_size) return false;
  if (!DecodePlan(bytes, files, plan)) return false;
  plan.fork_server = fork_server;
  plan.job = files[kJobFile];
  plan.go = files[kGoFile];
  plan.kept.assign(files.begin() + kJobFile, files.end());
  plan.kept.push_back(fork_server);
  std::sort(plan.kept.begin(), plan.kept.end());
  return true;
}

void Spawn(const std::vector<int>& files, int fork_server) {
  ChildPlan plan;
  if (!ReadPlan(files, fork_server, plan)) return Answer({EPROTO, 0}, -1);
  int pid_fd = -1;
  const pid_t pid = CloneFirst(plan, pid_fd, true);
  if (pid == 0) {
    RunForked(plan, {files[kPlanFile], files[kOutputFile], files[kStartFile], files[kStatusFile]});
  }
  if (pid < 0) return Answer({errno, 0}, -1);
  Answer({0, pid}, pid_fd);
  ::close(pid_fd);
}

// All that comes later has a number that a child's own files are not in the way of.
bool FillLowFiles() {
  while (true) {
    const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (file < 0) return false;
    if (file < kFirstKeptFile) continue;
    ::close(file);
    return true;
  }
}

[[noreturn]] void Run() {
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "penstock-spawn");
  ::umask(022);
  SetLimits({});
  if (!TryToEnterUser(kUser)) {
    Answer({errno, 0}, -1);
    End();
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close(kUser);
  const int fork_server = ::fcntl(kForkServer, F_DUPFD_CLOEXEC, kFirstKeptFile);
  const bool ready = fork_server >= 0 && FillLowFiles();
  Answer({ready ? 0 : errno, 0}, -1);
  std::vector<int> files;
  char kind = 0;
  // The end of the socket is that of whoever made us, if that came before the signal was set.
  while (ready && Receive(files, kind)) {
    if (kind != kLast) continue;
    Spawn(files, fork_server);
    for (const int file : files) ::close(file);
    files.clear();
  }
  End();
}

}  // namespace
}  // namespace penstock::sys

int main() { penstock::sys::Run(); }
