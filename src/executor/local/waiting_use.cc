// SPDX-License-Identifier: Apache-2.0
#include "executor/local/waiting_use.h"

#include <cstdint>

#include "executor/local/task_limits.h"
#include "sys/folder_usage.h"

namespace penstock::executor {
namespace {

constexpr uint64_t kMost = uint64_t{64} << 20;

}  // namespace

std::string TooMuchOnDisk(const std::string& folder, const std::vector<pid_t>& processes) {
  uint64_t used = sys::FolderUsage(folder, kMost);
  if (used <= kMost) used += sys::DeletedFilesUsage(folder, processes);
  if (used <= kMost) return "";
  return "while it waited it has filled more of the disk than " + DescribeBytes(kMost);
}

}  // namespace penstock::executor
