// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
};

enum class ChildStage : uint32_t {
  kDescriptors,
  kUserNamespace,
  kPrivateMounts,
  kNewRoot,
  kMount,  // index: which action of the sandbox plan
  kPivot,
  kHostname,
  kFork,
  kPrivileges,
  kWorkingDirectory,
  kExecute,
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
  int start;   // a ChildFailure, or nothing: closed when the command runs
  int status;  // sandboxed: the wait(2) status of the command, as an int
};

// The life of the child; never returns.
[[noreturn]] void RunChild(const ChildPlan& plan, const ChildPipes& pipes);

}  // namespace penstock::sys
