// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "sys/child_plan.h"

// Steps of a new process between clone(2) and execve(2), shared by child_run.cc, child_entry.cc and
// child_forked.cc. All of them are safe in a copy of one thread of many: nothing is allocated,
// nothing locked.
namespace penstock::sys {

// Where the pipes are once SetDescriptors() has tidied up.
inline constexpr int kGo = 3, kStart = 4, kStatus = 5;

// Says what went wrong (errno) and ends.
[[noreturn]] void Give(ChildStage stage, uint32_t index = 0);

// dup3(2); what is in its place already stays as it is. Not by the C library, whose calls the
// thread sanitizer watches: it takes this process for a thread of the one that it was copied from.
bool Place(int from, int to, int flags);

// Standard files, our pipes at fixed places, what is kept (sorted, from kFirstKeptFile on), and
// nothing else.
void SetDescriptors(const ChildPipes& pipes, const std::vector<int>& kept);
void WaitForGo();  // ends the process where nobody holds the other end
void ResetSignals();
void SetLimits(const std::optional<uint64_t>& max_file_bytes);
void RaiseLoopback();
void EnterNewRoot(const SandboxPlan& plan);
void EnterRoom(const SandboxPlan& plan);  // that is furnished already
bool WriteFileOnce(const char* path, const char* text, size_t size);

// No capability but those of `kept` now, none by executing anything.
void DropPrivileges(uint64_t kept = 0);

// What all that has been waited for has used.
void CountChildren(ChildReport& report);

// Killed when the thread that made us ends; ends now if that has ended and nobody reads what we
// say.
void DieWithParent();

// Becomes 0 of a user namespace, with all its capabilities; nobody may look into the process then.
void EnterUser(int user);
bool TryToEnterUser(int user);  // false with errno

void JoinGroup(const ChildPlan& plan);

// The first process of a sandbox, in namespaces of its own; as a child of our parent's where it is
// to be our sibling.
pid_t CloneFirst(const ChildPlan& plan, int& pid_fd, bool as_sibling);

// The first process of a sandbox: runs the command, reaps orphans, reports how the command ended,
// and by ending makes the kernel kill everything that is left.
[[noreturn]] void RunInit(const ChildPlan& plan);

// The life of a child that enters another user's namespaces.
[[noreturn]] void RunEntered(const ChildPlan& plan, const ChildPipes& pipes);

}  // namespace penstock::sys
