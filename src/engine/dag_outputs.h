// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/task_node.h"
#include "text/json.h"

namespace penstock::engine {

struct TaskOutputs {
  text::Json::Object parameters;
  ArtifactMap artifacts;
};

// What a DAG gives to the outside: for each output the value of the first selector whose task
// succeeded and has it. An output that no selector has is absent, which is an error only of the
// task that needs it. (Outputs of kfp 2.0.1 that name a task inside a condition's sub-DAG are made
// plain by ir/, and absent where that branch was skipped.)
TaskOutputs CollectDagOutputs(const TaskNode& dag);

// What a loop gives: for each output of its component the list of the iterations' values, in order.
// Lists of an inner loop are joined into one (kfp-contract 2.7, Collected). Iterations that have no
// value are left out.
TaskOutputs CollectLoopOutputs(const TaskNode& loop);

}  // namespace penstock::engine
