// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/executor.h"
#include "executor/local/interpreter_finder.h"

namespace penstock::executor {

struct TaskVariablesInput {
  const engine::TaskLaunch* launch = nullptr;
  std::string venv;  // its programs come first; "": none
  std::string home;
  bool of_image = false;                // PATH, HOME and LANG are what the image says
  std::string temporary;                // TMPDIR; "": /tmp
  std::string certificates;             // a bundle as the task sees it; "" for none
  Variables pip;                        // how pip is configured
  Variables keys;                       // for the object store
  const Variables* task_env = nullptr;  // --task-env
};

// The whole environment of a task: little of ours, then --task-env, then what the component says.
// Later ones win. Keys are left out, all of them, where somebody brings keys of their own.
Variables TaskVariables(const TaskVariablesInput& input);

}  // namespace penstock::executor
