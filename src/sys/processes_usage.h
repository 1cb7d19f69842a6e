// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace penstock::sys {

// What some processes have used, together with the children of theirs that have ended and were
// waited for.
struct ProcessesUsage {
  double cpu_seconds = 0;
  uint64_t memory_bytes = 0;  // resident; what several share is counted several times
  uint64_t read_bytes = 0;    // from and to disks
  uint64_t written_bytes = 0;
};

// The process and all its descendants, at most `limit`.
std::vector<pid_t> ProcessTree(pid_t root, size_t limit);

// Processes that are gone or may not be looked at count nothing. The memory of `forked` is left
// out: a copy of ourselves, whose pages are ours.
ProcessesUsage ReadProcessesUsage(const std::vector<pid_t>& processes, pid_t forked);

}  // namespace penstock::sys
