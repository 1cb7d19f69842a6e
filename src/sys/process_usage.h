// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace penstock::sys {

// What this process uses of the machine.
struct ProcessUsage {
  double cpu_seconds = 0;  // user and system time since the start
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t open_descriptors = 0;
  uint64_t most_descriptors = 0;  // it may have
  uint64_t threads = 0;
};

// Asks the kernel (proc(5)). What cannot be read stays 0.
ProcessUsage ReadProcessUsage();

}  // namespace penstock::sys
