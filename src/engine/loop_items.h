// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/input_resolution.h"
#include "engine/task_node.h"

namespace penstock::engine {

// What a loop iterates over, read from its spec and its resolved inputs into `items` or
// `artifact_items`: a constant list, an input that is a list or the text of one, or a list of
// artifacts (kfp-contract 2.7, ParallelFor).
base::Status ReadLoopItems(TaskNode& loop);
size_t LoopSize(const TaskNode& loop);

// The inputs of one iteration: the loop's without the list, and the item, checked against the type
// of the loop variable.
base::Result<ResolvedInputs> IterationInputs(const TaskNode& loop, size_t iteration);

}  // namespace penstock::engine
