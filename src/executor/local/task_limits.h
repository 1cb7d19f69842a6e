// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/pipeline_spec.h"
#include "sys/control_groups.h"
#include "text/json.h"

namespace penstock::executor {

// What the operator allows every task; 0 is no limit.
struct TaskLimitOptions {
  uint64_t processes = 4096;  // and threads
  uint64_t disk_bytes = 0;    // of what it may leave in its folders at any time
};

// The text of --task-disk-limit, "" for none.
base::Result<uint64_t> ParseDiskLimit(const std::string& text);

// What one task may use.
struct TaskLimits {
  sys::GroupLimits group;
  std::optional<uint64_t> disk_bytes;
  // What it asked for and this machine does not enforce: "memory", "cpu".
  std::vector<std::string> not_enforced;

  // For the record: the limits that are enforced.
  text::Json ToJson() const;
};

// From what the pipeline asks for and what the operator allows. kInvalidArgument names the amount
// that is none.
base::Result<TaskLimits> LimitsOf(const ir::ResourceSpec& resources,
                                  const TaskLimitOptions& options,
                                  const sys::ControlGroups& groups);

// "64 MiB", "1.5 GiB", "300 bytes".
std::string DescribeBytes(uint64_t bytes);

}  // namespace penstock::executor
