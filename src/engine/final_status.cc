// SPDX-License-Identifier: Apache-2.0
#include "engine/final_status.h"

namespace penstock::engine {

using metadata::RuntimeState;
using text::Json;

namespace {

const char* StateWord(const TaskNode& task) {
  switch (task.row.state) {
    case RuntimeState::kSucceeded:
      return "COMPLETE";
    case RuntimeState::kSkipped:
      return task.row.cached ? "CACHED" : "CANCELED";
    case RuntimeState::kFailed:
    case RuntimeState::kUnspecified:
      return "FAILED";
    case RuntimeState::kCanceled:
      return "CANCELED";
    default:
      return "RUNNING";
  }
}

}  // namespace

Json FinalStatus(const TaskNode& task, const std::string& resource_name) {
  Json error{Json::Object{}};
  if (!task.row.error.empty()) error["message"] = task.row.error;
  Json status{Json::Object{}};
  status["state"] = StateWord(task);
  status["pipelineTaskName"] = task.row.name;
  status["pipelineJobResourceName"] = resource_name;
  status["error"] = std::move(error);
  return status;
}

}  // namespace penstock::engine
