// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "sys/control_groups.h"

namespace penstock::sys {

// The text of a file of the kernel's; "" where it cannot be read.
std::string ReadGroupFile(const std::string& path);
std::vector<pid_t> ProcessesInGroup(const std::string& folder);
// What the group uses whose folders these are, one for each resource, "" where nothing counts it.
GroupUsage ReadGroupUsage(const std::string& cpu_folder, const std::string& memory_folder,
                          bool unified);

std::optional<double> ReadCpuSeconds(const std::string& cpu_folder, bool unified);
uint64_t ReadOutOfMemoryKills(const std::string& memory_folder, bool unified);

}  // namespace penstock::sys
