// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "sys/control_groups.h"
#include "sys/sandbox.h"
#include "sys/system_call_filter.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

struct ChildPlan;
class ForkServer;

struct ProcessSpec {
  std::vector<std::string> command;  // the first word is looked up along PATH of `env`
  std::vector<std::pair<std::string, std::string>> env;  // all of it; nothing is inherited
  std::string working_directory;                         // "": the caller's
  // No capabilities, no way to gain privileges by executing something, first to go when memory is
  // short. Always so in a sandbox.
  bool unprivileged = false;
  std::optional<SandboxSpec> sandbox;
  const ControlGroup* group = nullptr;  // what it is born in; outlives it
  // What the command and all that it starts may not call; null: nothing is forbidden. Only for
  // unprivileged ones.
  std::shared_ptr<const SystemCallFilter> filter;
  std::optional<uint64_t> max_file_bytes;  // that it can make one file as large as

  // Forks the command, which is then told by `job` and not by the members above; the sandbox must
  // name the fork server's user, and a group is needed. It outlives the process.
  const ForkServer* fork_server = nullptr;
  std::string job;
  // A file that the command finds as descriptor 3, and as a fork server keeps the capabilities that
  // such a one needs; only in a sandbox with a `user`. -1: none.
  int channel = -1;
};

// What a process and those of its children that it waited for have used.
struct UsedResources {
  double cpu_seconds = 0;
  uint64_t largest_resident_bytes = 0;  // of one process at one time
  uint64_t read_bytes = 0;              // from and to disks
  uint64_t written_bytes = 0;
};

// How a process ended: a code, or a signal.
struct ExitStatus {
  int code = 0;
  int signal = 0;  // not 0: the code means nothing
  bool success() const { return code == 0 && signal == 0; }
};

// A process that was started, with all it starts: in a sandbox these are held by its PID namespace,
// elsewhere by its session. It has its own session, standard input from /dev/null, output and error
// together in one pipe, default signals, and no other file of ours. It is killed when the thread
// that started it ends, so also when the whole of us is killed. Not thread-safe.
class Process {
 public:
  // Returns when the command runs. kInvalidArgument where it cannot be executed (the message says
  // why), kPermissionDenied where the sandbox is not permitted here, kInternal for the rest. With a
  // fork server every error means that nothing of the command has run.
  static base::Result<Process> Start(const ProcessSpec& spec);

  // Has a fork server fork a process that waits in its sandbox until Begin() says the rest of its
  // job. Does not wait for any of that, so what is wrong with the sandbox is said by Begin().
  static base::Result<Process> Prepare(const ProcessSpec& spec);
  // Once, on one that was prepared: returns when the command runs. An error means that nothing of
  // it has run, nor will; kAborted where the room cannot be used.
  base::Status Begin(const std::string& rest_of_job);

  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) = delete;
  ~Process();  // kills and waits for whatever is left

  pid_t pid() const { return pid_; }
  int exit_fd() const { return pid_fd_.get(); }  // readable when the process has ended
  int output_fd() const { return output_.get(); }

  void Kill();  // all of it, at once
  // Waits for the end of the process and of everything that it started.
  ExitStatus Wait();
  // To be called now and then while the end is waited for: a fork server that holds it up is
  // killed.
  void Mind();
  // Known once Wait() has returned; nothing where it was killed together with its sandbox.
  const std::optional<UsedResources>& used() const { return used_; }

 private:
  Process() = default;
  static base::Result<Process> PrepareForked(const ProcessSpec& spec, ChildPlan plan);

  pid_t pid_ = -1;
  bool sandboxed_ = false;
  UniqueFd pid_fd_;
  UniqueFd output_;
  UniqueFd status_;  // where the sandbox's init reports how the command ended
  // Of one that has entered another user's namespaces: what is written here kills it.
  UniqueFd control_, control_end_;  // both ends, so that writing never raises a signal
  const ForkServer* fork_server_ = nullptr;
  struct Waiting;
  std::shared_ptr<Waiting> waiting_;                             // for Begin(); null for others
  std::optional<std::chrono::steady_clock::time_point> ending_;  // since when it should have ended
  std::optional<ExitStatus> ended_;
  std::optional<UsedResources> used_;
};

}  // namespace penstock::sys
