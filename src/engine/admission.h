// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "engine/dag_plan.h"
#include "engine/executor.h"

namespace penstock::engine {

// Whether everything in the pipeline can run here, asked when a run is made rather than hours into
// it: kInvalidArgument names the task and what it would need. Images that a placeholder gives are
// checked when their task is launched.
base::Status CheckAdmissible(const RunPlan& plan, Executor& executor);

}  // namespace penstock::engine
