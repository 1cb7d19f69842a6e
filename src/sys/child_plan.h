// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/process.h"
#include "sys/sandbox_plan.h"

namespace penstock::sys {

// What a new process does between clone(2) and execve(2), prepared so that it needs no memory and
// no lock: it is a copy of one thread of many, and only async-signal-safe calls are open to it.
struct ChildPlan {
  static base::Result<ChildPlan> Make(const ProcessSpec& spec);

  std::vector<std::string> programs;  // what to try to execute, in order
  std::vector<const char*> argv;      // both end with nullptr; they point into the spec, or into
  std::vector<const char*> envp;      // `assignments`
  std::vector<std::string> assignments;
  std::string working_directory;
  bool unprivileged = false;
  bool sandboxed = false;
  SandboxPlan sandbox;
  std::vector<int> join_files;  // of its control group
  int group_folder = -1;        // where that is given when it is made; -1: it is not
  std::shared_ptr<const SystemCallFilter> filter;
  std::optional<uint64_t> max_file_bytes;

  // What follows is for children that enter another user's namespaces (child_entry.cc).
  int user = -1;     // the user namespace; -1: none is entered
  int channel = -1;  // of a fork server

  // And this for those that a spawner clones (child_forked.cc).
  int fork_server = -1;  // the socket of the one that forks the command
  int job = -1;
  int go = -1;                  // says that the job is whole
  std::vector<int> kept;        // descriptors that they keep, sorted
  std::vector<UniqueFd> files;  // that belong to the plan
};

enum class ChildStage : uint32_t {
  kControlGroup,
  kDescriptors,
  kUserNamespace,
  kPrivateMounts,
  kNewRoot,
  kMount,  // index: which action of the sandbox plan
  kPivot,
  kHostname,
  kNetwork,
  kEnter,
  kForkServer,
  kFork,
  kPrivileges,
  kFilter,
  kWorkingDirectory,
  kExecute,
  kRoom,   // index: which action of the sandbox plan, from 1 on; 0: entering it
  kBegun,  // no failure: the command of a fork server begins
};

// What a child says when it cannot get to its command.
struct ChildFailure {
  ChildStage stage;
  uint32_t index;
  int32_t error;  // errno
};

// The child's ends of its pipes.
struct ChildPipes {
  int go;      // one byte comes when the child may go on; the end of file when its parent is gone
  int output;  // standard output and error
  // A ChildFailure, or nothing: closed when the command runs. Of a fork server's command kBegun.
  int start;
  int status;  // sandboxed: a ChildReport
};

// How the command of a sandbox ended.
struct ChildReport {
  int32_t status = 0;   // as wait(2) has it
  int32_t counted = 0;  // not 0: what follows is known
  int64_t cpu_microseconds = 0;
  int64_t largest_resident_kib = 0;
  int64_t read_blocks = 0;  // of 512 bytes
  int64_t written_blocks = 0;
};

// The life of the child; never returns.
[[noreturn]] void RunChild(const ChildPlan& plan, const ChildPipes& pipes);

}  // namespace penstock::sys
