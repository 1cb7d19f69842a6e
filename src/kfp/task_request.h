// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/task.h"
#include "text/json.h"

// What outside workers say of tasks that they record (kfp-contract 1.9): the reverse of
// task_message.h.
namespace penstock::kfp {

// How inputs and outputs come about. "INPUT" and "OUTPUT" stand for any of the one or the other.
std::span<const std::string_view> IoTypes();
bool IsOutput(std::string_view io_type);

// Writes what the body, a PipelineTask, speaks of over the task, which becomes one from outside;
// parameters are merged by key, type and producer. A change of state is added to its history at
// `now`, and sets the times of start and end that are not given. The body must not contradict the
// ids that the task has; what only the server writes is passed over.
base::Status MergeTask(const text::Json& body, base::Time now, metadata::Task& task);

// kInvalidArgument where the task is of another run.
base::Status CheckTaskOfRun(const metadata::Task& task, std::string_view run_id);

// Whether both are the same step of their run: a worker that asks a second time to create it is to
// get the first one.
bool IsSameStep(const metadata::Task& a, const metadata::Task& b);

}  // namespace penstock::kfp
