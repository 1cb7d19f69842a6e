// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "sys/control_group_layout.h"
#include "sys/control_groups.h"

namespace penstock::sys {

// A control group that others have made, looked at from outside.
class ObservedGroup {
 public:
  // That of a process; none where it cannot be seen, or is our own.
  static std::optional<ObservedGroup> OfProcess(pid_t pid);
  // The one of that path in every hierarchy: "/a/b".
  static std::optional<ObservedGroup> AtPath(const std::string& path);
  // From what the kernel's files say of it (`groups` as /proc/PID/cgroup) and of us.
  static std::optional<ObservedGroup> Find(std::string_view mountinfo, std::string_view groups,
                                           std::string_view own_groups);

  GroupUsage Usage() const;
  std::vector<pid_t> Processes() const;

 private:
  std::string cpu_, memory_, any_;  // folders; "" for none
  bool unified_ = false;
};

}  // namespace penstock::sys
