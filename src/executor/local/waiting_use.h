// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace penstock::executor {

// What waits for tasks, a worker or a sandbox that is ready, has no TaskWatch. It needs next to no
// disk: more than 64 MiB in its work folder, or in files there without a name that its processes
// hold open, is the doing of packages that it has imported. Says so, or "".
std::string TooMuchOnDisk(const std::string& folder, const std::vector<pid_t>& processes);

}  // namespace penstock::executor
