// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::sys {

// A hierarchy of control groups that is mounted, and where in it this process is.
struct ControlGroupHierarchy {
  bool unified = false;               // version 2
  std::set<std::string> controllers;  // version 1 only: of version 2 the folder itself tells
  std::string folder;                 // of this process's own group
};

// From the texts of /proc/self/mountinfo and /proc/self/cgroup (cgroups(7)). Hierarchies that are
// mounted several times are there once, those of which our own group cannot be seen not at all.
std::vector<ControlGroupHierarchy> FindControlGroups(std::string_view mountinfo,
                                                     std::string_view own_groups);

}  // namespace penstock::sys
