// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "metadata/task.h"

namespace penstock::metadata {

// A task's row, for those who ask again and again and keep what they have made of it.
struct TaskRow {
  // Another one whenever the task's ids, names, kind, state, times, error or parent are others.
  std::string stamp;
  std::optional<Task> task;  // nothing where the stamp was known
};

// All tasks of a run on one snapshot, in order of creation. `known` are the stamps of an earlier
// time, in this order; those that have not changed are not read any further.
base::Result<std::vector<TaskRow>> ReadChangedTasks(Database& database, const std::string& run_id,
                                                    const std::vector<std::string>& known);

}  // namespace penstock::metadata
