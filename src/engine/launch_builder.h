// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "engine/dag_plan.h"
#include "engine/executor.h"
#include "engine/run_context.h"
#include "engine/task_node.h"

namespace penstock::engine {

// What a container task is given; its inputs are resolved and its task_root is chosen.
ir::ExecutorInput BuildExecutorInput(const TaskNode& node);

// The attempt that node.row.attempt counts, with every placeholder substituted. The error says
// which part of the container could not be.
base::Result<TaskLaunch> BuildLaunch(const TaskNode& node, const RunContext& context,
                                     const RunPlan& plan);

// Whether the image is known only when the task is launched.
bool HasPlaceholder(std::string_view text);

}  // namespace penstock::engine
