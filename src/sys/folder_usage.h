// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace penstock::sys {

// How much of its disk a folder takes with all that is below it, links not followed and other file
// systems left out. Stops once it has seen more than `enough`, or that many files: what is found by
// then is returned.
uint64_t FolderUsage(const std::string& folder, uint64_t enough, uint64_t most_files = 1'000'000);

// What files take on the folder's disk that have no name any more, but which the processes hold
// open.
uint64_t DeletedFilesUsage(const std::string& folder, const std::vector<pid_t>& processes);

struct DiskSpace {
  uint64_t size = 0;
  uint64_t free = 0;  // for ordinary users
};
// Of the file system that a path lies on.
std::optional<DiskSpace> ReadDiskSpace(const std::string& path);

}  // namespace penstock::sys
