// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <sys/types.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

// The mounts of a sandbox that has ended, for others like it that come after it: they cost more to
// make than many a command to run. A sandbox that enters a furnished room makes nothing but what
// cannot be shared (the processes it sees, shared memory, terminals, steps of its own), and fails
// with kAborted where somebody still holds on to what is in it.
//
// Whoever keeps it answers for what its writable folders hold, and for its being like the sandbox
// that it is given to, of the same user. One sandbox at a time; not thread-safe.
class Room {
 public:
  bool furnished() const { return mounts_.valid(); }
  int mounts() const { return mounts_.get(); }  // the mount namespace; -1 for none

  // The mount namespace of a running process; nothing where that cannot be had.
  static UniqueFd MountsOf(pid_t pid);

  // With what MountsOf() a process that may not change them, nor may what runs beside it. With
  // nothing the room stays empty.
  void Furnish(UniqueFd mounts) { mounts_ = std::move(mounts); }

 private:
  UniqueFd mounts_;
};

}  // namespace penstock::sys
