// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

// The mounts of a sandbox, kept past its end so that the kernel can be asked whether anybody else
// still has something open in them: descriptors can be handed from one sandbox to another.
class KeptMounts {
 public:
  // Those of a running process; none where we may not look at it.
  void Keep(pid_t pid);
  struct Mount {
    std::string target;
    bool asked = true;  // whether it has to be idle
    bool goes = false;  // is taken off then, because what it lies on would not be idle with it
  };
  // Of these, one after another, after the end of all that ran there. False too where nobody can
  // tell: we are not root, or there is no such mount.
  bool AllIdle(const std::vector<Mount>& mounts) const;

 private:
  UniqueFd mounts_;
};

}  // namespace penstock::sys
