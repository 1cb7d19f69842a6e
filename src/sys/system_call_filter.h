// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <linux/filter.h>

#include "base/result.h"

namespace penstock::sys {

// The names of the calls that ForTasks() below refuses with EPERM whatever their arguments are, for
// those who confine tasks by other means.
std::span<const char* const> DeniedSystemCalls();

// Which system calls a program may not make (seccomp(2)), compiled. Immutable; may be shared.
class SystemCallFilter {
 public:
  // What no program of somebody else's needs: mounts and namespaces, kernel modules and BPF, keys,
  // clocks, raw ports, swap, tracing of the kernel, file handles, io_uring. These fail with EPERM,
  // clone3 with ENOSYS, because its flags cannot be looked at and C libraries then use clone. All
  // else is allowed. kUnavailable where the kernel has no filters.
  static base::Result<std::shared_ptr<const SystemCallFilter>> ForTasks();

  // The same, but for setns.
  static base::Result<std::shared_ptr<const SystemCallFilter>> ForForkServers();

  // Puts the calling thread under the filter, for good. Needs no_new_privs. Async-signal-safe;
  // false with errno where it fails.
  bool Install() const;

  // The program as the kernel takes it, an array of struct sock_filter, for a process that has to
  // install it by itself.
  std::string_view bytes() const;

 private:
  static base::Result<std::shared_ptr<const SystemCallFilter>> Make(bool may_enter);
  explicit SystemCallFilter(std::vector<sock_filter> program) : program_(std::move(program)) {}

  std::vector<sock_filter> program_;
};

}  // namespace penstock::sys
