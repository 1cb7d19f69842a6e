// SPDX-License-Identifier: Apache-2.0
#include "sys/process.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child_plan.h"
#include "sys/fork_server.h"
#include "sys/kept_mounts.h"
#include "sys/room.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

std::string ErrorText(int error) { return std::generic_category().message(error); }

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Fail(Code::kUnavailable, "cannot make a pipe: " + ErrorText(errno));
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Reads one fixed-size record; false where the pipe ends before it.
template <typename Record>
bool ReadRecord(int fd, Record& record) {
  ssize_t count;
  do {
    count = ::read(fd, &record, sizeof(record));
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof(record));
}

std::string DescribeMount(const ChildPlan& plan, uint32_t index) {
  const MountAction& action = plan.sandbox.actions[index];
  return "setting up " + action.target.substr(plan.sandbox.mount_point.size());
}

std::string DescribeRoom(const ChildPlan& plan, uint32_t index) {
  if (index == 0) return "";
  return ", setting up " + plan.sandbox.actions[index - 1].target;
}

std::string DescribeExecute(const ChildPlan& plan, int error) {
  const std::string name = plan.argv.front();
  if (error == E2BIG) {
    return "cannot run '" + name +
           "': the command line is longer than the system allows (one word may have 128 KiB)";
  }
  if (error == ENOENT && name.find('/') == std::string::npos) {
    return "cannot run '" + name + "': there is no such program on its PATH";
  }
  return "cannot run '" + name + "': " + ErrorText(error);
}

base::Error ToError(const ChildPlan& plan, const ChildFailure& failure) {
  const bool refused = failure.error == EPERM || failure.error == EACCES || failure.error == ENOSYS;
  const Code code = refused ? Code::kPermissionDenied : Code::kInternal;
  const std::string text = ErrorText(failure.error);
  switch (failure.stage) {
    case ChildStage::kExecute:
      return base::Error(Code::kInvalidArgument, DescribeExecute(plan, failure.error));
    case ChildStage::kWorkingDirectory:
      return base::Error(Code::kInvalidArgument,
                         "cannot enter " + plan.working_directory + ": " + text);
    case ChildStage::kMount:
      return base::Error(code, "sandbox: " + DescribeMount(plan, failure.index) + ": " + text);
    case ChildStage::kControlGroup:
      return base::Error(Code::kUnavailable, "new process: joining its control group: " + text);
    case ChildStage::kDescriptors:
      return base::Error(Code::kUnavailable, "new process: file descriptors: " + text);
    case ChildStage::kFork:
      return base::Error(Code::kUnavailable, "new process: " + text);
    case ChildStage::kUserNamespace:
      return base::Error(code, "sandbox: mapping the user: " + text);
    case ChildStage::kPrivateMounts:
    case ChildStage::kNewRoot:
    case ChildStage::kPivot:
      return base::Error(code, "sandbox: making the root: " + text);
    case ChildStage::kHostname:
      return base::Error(code, "sandbox: host name: " + text);
    case ChildStage::kRoom:
      return base::Error(Code::kAborted, "sandbox: the room of another one cannot be used" +
                                             DescribeRoom(plan, failure.index) + ": " + text);
    case ChildStage::kNetwork:
      return base::Error(code, "sandbox: raising its own network: " + text);
    case ChildStage::kEnter:
      return base::Error(code, "sandbox: becoming another user: " + text);
    case ChildStage::kForkServer:
    case ChildStage::kBegun:
      return base::Error(Code::kUnavailable, "sandbox: the fork server does not answer: " + text);
    case ChildStage::kFilter:
      return base::Error(Code::kInternal, "new process: system call filter: " + text);
    case ChildStage::kPrivileges:
      return base::Error(code, "new process: dropping privileges: " + text);
  }
  return base::Error(Code::kInternal, "new process: " + text);
}

// clone(2) as a fork into the namespaces; glibc's wrapper wants a second stack.
pid_t Clone(const ChildPlan& plan, int& pid_fd) {
  unsigned long flags = CLONE_PIDFD;
  // Makes its namespaces itself, once it is somebody else.
  if (plan.user >= 0) {
    return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, &pid_fd, 0, 0));
  }
  if (plan.sandboxed) flags |= CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (plan.sandboxed && plan.sandbox.user_namespace) flags |= CLONE_NEWUSER;
  if (plan.sandboxed && plan.sandbox.own_network) flags |= CLONE_NEWNET;
  if (plan.group_folder < 0) {
    return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, &pid_fd, 0, 0));
  }
  clone_args arguments = {};
  arguments.flags = flags | CLONE_INTO_CGROUP;
  arguments.pidfd = reinterpret_cast<uint64_t>(&pid_fd);
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<uint64_t>(plan.group_folder);
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

// Longer than any fork server that works needs on a machine that is busy.
constexpr int kForkServerPatience = 10'000;  // milliseconds
// How long a fork server may hold up the end of what it has forked.
constexpr std::chrono::seconds kEndPatience{5};

// The session that a process belongs to, or -1: field 6 of its stat file, behind a name that may
// hold anything but ends with the last ')'.
pid_t SessionOf(const char* pid) {
  const std::string path = std::string("/proc/") + pid + "/stat";
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return -1;
  char text[1024];
  const size_t size = std::fread(text, 1, sizeof(text) - 1, file.get());
  text[size] = '\0';
  const std::string_view all(text, size);
  const size_t name_end = all.rfind(')');
  if (name_end == std::string_view::npos) return -1;
  char state = 0;
  int parent = 0, group = 0, session = -1;
  std::sscanf(text + name_end + 1, " %c %d %d %d", &state, &parent, &group, &session);
  return state == 'Z' ? -1 : session;
}

// Outside a PID namespace: kills what has stayed in the session, which is everything that did not
// set out to leave it. Again until nothing new is found, as a dying process may still fork.
void KillSession(pid_t leader) {
  for (int round = 0; round < 10; ++round) {
    ::kill(-leader, SIGKILL);
    std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
    if (!proc) return;
    bool any = false;
    while (const dirent* entry = ::readdir(proc.get())) {
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
      const pid_t pid = std::atoi(entry->d_name);
      if (pid == leader || SessionOf(entry->d_name) != leader) continue;
      any = true;
      ::kill(pid, SIGKILL);
    }
    if (!any) return;
  }
}

ExitStatus FromWaitStatus(int status) {
  ExitStatus exit;
  if (WIFSIGNALED(status)) {
    exit.signal = WTERMSIG(status);
  } else {
    exit.code = WEXITSTATUS(status);
  }
  return exit;
}

// As waitid(3), which does not tell what the kernel has counted.
siginfo_t WaitFor(int pid_fd, int flags, rusage& used) {
  siginfo_t info = {};
  while (::syscall(SYS_waitid, P_PIDFD, pid_fd, &info, WEXITED | flags, &used) != 0 &&
         errno == EINTR) {
  }
  return info;
}

constexpr uint64_t kDiskBlock = 512;

UsedResources FromReport(const ChildReport& report) {
  UsedResources used;
  used.cpu_seconds = static_cast<double>(report.cpu_microseconds) / 1e6;
  used.largest_resident_bytes = static_cast<uint64_t>(report.largest_resident_kib) * 1024;
  used.read_bytes = static_cast<uint64_t>(report.read_blocks) * kDiskBlock;
  used.written_bytes = static_cast<uint64_t>(report.written_blocks) * kDiskBlock;
  return used;
}

UsedResources FromUsage(const rusage& kernel) {
  ChildReport report;
  report.cpu_microseconds = (kernel.ru_utime.tv_sec + kernel.ru_stime.tv_sec) * 1'000'000L +
                            kernel.ru_utime.tv_usec + kernel.ru_stime.tv_usec;
  report.largest_resident_kib = kernel.ru_maxrss;
  report.read_blocks = kernel.ru_inblock;
  report.written_blocks = kernel.ru_oublock;
  return FromReport(report);
}

// What the first process of a fork server's sandbox says.
ChildFailure ReadStart(int start) {
  pollfd ready = {start, POLLIN, 0};
  int polled;
  do {
    polled = ::poll(&ready, 1, kForkServerPatience);
  } while (polled < 0 && errno == EINTR);
  ChildFailure said;
  if (polled <= 0) return {ChildStage::kForkServer, 0, ETIMEDOUT};
  if (!ReadRecord(start, said)) return {ChildStage::kForkServer, 0, ECONNRESET};
  return said;
}

}  // namespace

struct Process::Waiting {
  ChildPlan plan;  // for what may have gone wrong
  UniqueFd start, job;
  Pipe go;  // both ends, so that writing never raises a signal
  std::shared_ptr<Room> room;
  UniqueFd mounts;  // what it is to be furnished with
};

Result<Process> Process::Start(const ProcessSpec& spec) {
  PENSTOCK_TRY(ChildPlan plan, ChildPlan::Make(spec));
  if (spec.fork_server != nullptr) {
    PENSTOCK_TRY(Process process, PrepareForked(spec, std::move(plan)));
    PENSTOCK_RETURN_IF_ERROR(process.Begin(""));
    return process;
  }
  PENSTOCK_TRY(Pipe go, MakePipe());
  PENSTOCK_TRY(Pipe output, MakePipe());
  PENSTOCK_TRY(Pipe start, MakePipe());
  PENSTOCK_TRY(Pipe status, MakePipe());

  int pid_fd = -1;
  const pid_t pid = Clone(plan, pid_fd);
  if (pid == 0) {
    RunChild(plan, {go.read.get(), output.write.get(), start.write.get(), status.write.get()});
  }
  if (pid < 0) {
    const bool refused = errno == EPERM || errno == ENOSPC || errno == EINVAL;
    return Fail(refused && plan.sandboxed ? Code::kPermissionDenied : Code::kUnavailable,
                "cannot make a new process: " + ErrorText(errno));
  }
  Process process;
  process.pid_ = pid;
  process.sandboxed_ = plan.sandboxed;
  process.pid_fd_ = UniqueFd(pid_fd);
  process.output_ = std::move(output.read);
  process.status_ = std::move(status.read);
  process.control_end_ = std::move(go.read);
  output.write.Close();
  start.write.Close();
  status.write.Close();
  if (spec.sandbox && spec.sandbox->kept != nullptr) spec.sandbox->kept->Keep(pid);
  [[maybe_unused]] ssize_t written = ::write(go.write.get(), "g", 1);
  if (plan.user >= 0) {
    process.control_ = std::move(go.write);
  } else {
    process.control_end_.Close();
  }

  ChildFailure failure;
  if (ReadRecord(start.read.get(), failure)) {
    process.Wait();
    return Fail(ToError(plan, failure));
  }
  return process;
}

Result<Process> Process::Prepare(const ProcessSpec& spec) {
  if (spec.fork_server == nullptr) {
    return Fail(Code::kInvalidArgument, "only commands of fork servers are prepared");
  }
  PENSTOCK_TRY(ChildPlan plan, ChildPlan::Make(spec));
  return PrepareForked(spec, std::move(plan));
}

Result<Process> Process::PrepareForked(const ProcessSpec& spec, ChildPlan plan) {
  PENSTOCK_TRY(Pipe output, MakePipe());
  PENSTOCK_TRY(Pipe start, MakePipe());
  PENSTOCK_TRY(Pipe status, MakePipe());
  PENSTOCK_TRY(Pipe go, MakePipe());
  PENSTOCK_TRY(UniqueFd job, MemoryFile(spec.job));
  PENSTOCK_TRY(Spawner::Spawned spawned, spec.fork_server->spawner().Spawn(
                                             plan, {output.write.get(), start.write.get(),
                                                    status.write.get(), job.get(), go.read.get()}));
  Process process;
  process.pid_ = spawned.pid;
  process.sandboxed_ = true;
  process.pid_fd_ = std::move(spawned.pid_fd);
  process.output_ = std::move(output.read);
  process.status_ = std::move(status.read);
  process.fork_server_ = spec.fork_server;
  process.waiting_ = std::make_shared<Waiting>();
  Waiting& waiting = *process.waiting_;
  waiting.start = std::move(start.read);
  waiting.go = std::move(go);
  waiting.job = std::move(job);
  // Before it may have ended.
  waiting.room = spec.sandbox->room;
  const bool to_furnish = waiting.room != nullptr && !waiting.room->furnished();
  if (to_furnish) waiting.mounts = Room::MountsOf(process.pid_);
  plan.sandbox.trees.clear();
  waiting.plan = std::move(plan);
  return process;
}

Status Process::Begin(const std::string& rest_of_job) {
  const std::shared_ptr<Waiting> waiting = std::exchange(waiting_, nullptr);
  if (waiting == nullptr) return Fail(Code::kInvalidArgument, "this process was not prepared");
  PENSTOCK_RETURN_IF_ERROR(AppendTo(waiting->job, rest_of_job));
  [[maybe_unused]] ssize_t written = ::write(waiting->go.write.get(), "g", 1);
  const ChildFailure said = ReadStart(waiting->start.get());
  if (said.stage != ChildStage::kBegun) {
    // There may be nobody who would end it.
    if (said.error == ETIMEDOUT) Kill();
    Wait();
    return Fail(ToError(waiting->plan, said));
  }
  if (waiting->mounts.valid()) waiting->room->Furnish(std::move(waiting->mounts));
  return {};
}

Process::~Process() {
  if (!pid_fd_.valid() || ended_) return;
  Kill();
  Wait();
}

void Process::Kill() {
  if (ended_) return;
  if (control_.valid()) {
    [[maybe_unused]] ssize_t written = ::write(control_.get(), "k", 1);
    return;
  }
  if (fork_server_ != nullptr && !ending_) ending_ = std::chrono::steady_clock::now();
  // The group before its leader: once that is reaped, its number may be another's.
  if (!sandboxed_) ::kill(-pid_, SIGKILL);
  ::syscall(SYS_pidfd_send_signal, pid_fd_.get(), SIGKILL, nullptr, 0);
}

void Process::Mind() {
  if (fork_server_ == nullptr) return;
  const auto now = std::chrono::steady_clock::now();
  pollfd told = {status_.get(), POLLIN, 0};
  if (!ending_ && ::poll(&told, 1, 0) > 0) ending_ = now;
  if (ending_ && now - *ending_ > kEndPatience) fork_server_->Kill();
}

ExitStatus Process::Wait() {
  if (ended_) return *ended_;
  if (fork_server_ != nullptr) {
    pollfd end = {pid_fd_.get(), POLLIN, 0};
    while (::poll(&end, 1, 500) <= 0) Mind();
  }
  rusage kernel = {};
  if (!sandboxed_) {
    // Not reaped yet, so that the number stays taken while the rest is hunted down.
    WaitFor(pid_fd_.get(), WNOWAIT, kernel);
    KillSession(pid_);
  }
  const siginfo_t info = WaitFor(pid_fd_.get(), 0, kernel);
  ExitStatus exit;
  if (info.si_code == CLD_EXITED) {
    exit.code = info.si_status;
  } else {
    exit.signal = info.si_status;
  }
  if (sandboxed_) {
    // The init says how the command ended, unless it was killed together with it.
    ChildReport report;
    if (ReadRecord(status_.get(), report)) {
      exit = FromWaitStatus(report.status);
      if (report.counted != 0) used_ = FromReport(report);
    }
  } else {
    used_ = FromUsage(kernel);
  }
  ended_ = exit;
  return exit;
}

}  // namespace penstock::sys
