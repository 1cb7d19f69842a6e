// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "sys/unique_fd.h"

namespace penstock::sys {

// A mount that a sandbox sees.
struct ShownMount {
  std::string target;
  bool asked = true;  // whether it has to be idle
  bool goes = false;  // is taken off then, because what it lies on would not be idle with it
};

// Asks the kernel whether nobody has anything open in these mounts of a namespace, one after
// another, after the end of all that ran there; who holds on to nothing then can get at nothing
// later. False too where nobody can tell: we are not root, or there is no such mount. No link is
// followed to those that go: the sandbox may have put it there.
bool AllMountsIdle(int name_space, const std::vector<ShownMount>& mounts);

// The mounts of a sandbox, kept past its end so that the kernel can be asked whether anybody else
// still has something open in them: descriptors can be handed from one sandbox to another.
class KeptMounts {
 public:
  // Those of a running process; none where we may not look at it.
  void Keep(pid_t pid);
  bool AllIdle(const std::vector<ShownMount>& mounts) const {
    return mounts_.valid() && AllMountsIdle(mounts_.get(), mounts);
  }

 private:
  UniqueFd mounts_;
};

}  // namespace penstock::sys
