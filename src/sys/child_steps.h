// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sys/child_plan.h"

// Steps of a new process between clone(2) and execve(2), shared by child_run.cc and child_entry.cc.
// All of them are safe in a copy of one thread of many: nothing is allocated, nothing locked.
namespace penstock::sys {

// Where the pipes are once SetDescriptors() has tidied up.
inline constexpr int kGo = 3, kStart = 4, kStatus = 5;

// Says what went wrong (errno) and ends.
[[noreturn]] void Give(ChildStage stage, uint32_t index = 0);

// Standard files, our pipes at fixed places, what is kept (sorted, from kFirstKeptFile on), and
// nothing else.
void SetDescriptors(const ChildPipes& pipes, const std::vector<int>& kept);
void WaitForGo();  // ends the process where nobody holds the other end
void ResetSignals();
void SetLimits(const ChildPlan& plan);
void RaiseLoopback();
void EnterNewRoot(const SandboxPlan& plan);

// No capability but those of `kept` now, none by executing anything.
void DropPrivileges(uint64_t kept = 0);

// What all that has been waited for has used.
void CountChildren(ChildReport& report);

// The first process of a sandbox: runs the command, reaps orphans, reports how the command ended,
// and by ending makes the kernel kill everything that is left.
[[noreturn]] void RunInit(const ChildPlan& plan);

// The life of a child that enters another user's namespaces.
[[noreturn]] void RunEntered(const ChildPlan& plan, const ChildPipes& pipes);

}  // namespace penstock::sys
