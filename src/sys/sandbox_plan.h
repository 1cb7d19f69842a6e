// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/sandbox.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

// Descriptors that a child keeps beside its pipes are not below this.
inline constexpr int kFirstKeptFile = 16;

// One system call of setting up a sandbox. Paths are those of the host: targets lie below the mount
// point.
struct MountAction {
  enum class Call {
    kMakeDirectory,
    kMakeFile,
    kMakeSymlink,
    kMount,
    kSetAttributes,
    kMoveMount,  // `file`, a mount that is nowhere yet
    kUnmount,
    kRenew,   // a new file system, of `type` with `data`, in the place of another one
    kReuse,   // as kRenew, unless what is there, with permissions `flags`, is as it was made, and
              // idle
    kIsIdle,  // nobody has anything open on the mount
  };
  Call call;
  std::string target;
  std::string source;
  std::string type;
  unsigned long flags = 0;  // of mount(2); for kSetAttributes AT_RECURSIVE or 0
  std::string data;
  uint64_t attributes = 0;  // MOUNT_ATTR_…
  bool optional = false;    // a failure does not matter
  int file = -1;
};

struct SandboxPlan {
  // kInvalidArgument where a source does not exist or a path is not absolute.
  static base::Result<SandboxPlan> Make(const SandboxSpec& spec);

  bool user_namespace = false;
  std::string mount_point;
  std::string uid_map, gid_map;  // what to write there
  std::vector<MountAction> actions;
  std::vector<UniqueFd> trees;  // what the actions move, and the room
  int room = -1;                // whose mounts these actions complete; the mount point is "" then
  std::string hostname;
  bool own_network = false;
};

}  // namespace penstock::sys
