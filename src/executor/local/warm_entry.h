// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <linux/prctl.h>

namespace penstock::executor {

// What warm_worker.py gives to the library of warm_entry.cc, and gets from it; a ctypes.Structure
// there.
struct WarmEntry {
  int64_t socket,
      own_namespace;    // descriptors: that of fork_server.h, and the worker's PID namespace
  int64_t dash;         // not 0: the shell that it stands for is dash
  int64_t filter_call;  // the number of seccomp(2)
  const void* filter;   // a struct sock_fprog, or null
  const int32_t* held;  // descriptors that become /dev/null
  int64_t held_count;
  prctl_mm_map* map;  // what the kernel knows of the worker's memory
  const char* head;   // the words of the command line before the program's path
  int64_t head_size;
  void (*before_fork)();  // Python's own
  void (*after_fork)();
  const uint64_t* pages;  // what a task is likely to write to: addresses and sizes, in turn
  int64_t page_runs;

  // In the child: `head`, the path, the job's words. They stay where they are.
  const char* words;
  int64_t words_size;
  int64_t arguments;  // how many words come before the environment
  int64_t report;     // where it says that it begins (fork_server.h)
};

// The library of warm_entry.cc, as a file to load.
std::string_view WarmEntryLibrary();

}  // namespace penstock::executor
