// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/task_node.h"
#include "text/json.h"

namespace penstock::engine {

// How a settled task ended, as an exit task is told (PipelineTaskFinalStatus, kfp-contract 2.3.4):
// {"state": "COMPLETE", "pipelineTaskName": …, "pipelineJobResourceName": …, "error": {}}. The
// words of `state` are those of the original's engine, which pipelines test for.
text::Json FinalStatus(const TaskNode& task, const std::string& resource_name);

}  // namespace penstock::engine
