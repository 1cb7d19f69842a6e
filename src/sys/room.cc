// SPDX-License-Identifier: Apache-2.0
#include "sys/room.h"

#include <string>

#include <fcntl.h>

namespace penstock::sys {

UniqueFd Room::MountsOf(pid_t pid) {
  if (pid <= 0) return {};
  const std::string mounts = "/proc/" + std::to_string(pid) + "/ns/mnt";
  return UniqueFd(::open(mounts.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace penstock::sys
