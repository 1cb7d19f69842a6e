// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "executor/local/environment_spec.h"
#include "executor/local/image_roots.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/package_overrides.h"

namespace penstock::executor {

// How a container task runs without a container.
struct TaskPlan {
  EnvironmentSpec environment;
  std::vector<std::string> words;  // what to execute
  std::string root;                // a folder to run in as its root; "": this machine's programs
  bool python = true;              // it has an environment
  bool recognised = false;         // a command of the SDK: its packages are in the environment
  std::vector<std::string> notes;  // what the overrides changed
};

// kInvalidArgument says what is missing and what would help. An image or a command that holds
// placeholders cannot be judged before they are resolved: see IsUnresolved.
base::Result<TaskPlan> PlanTask(const std::string& image, const std::vector<std::string>& command,
                                const ImageRoots& images, const PackageOverrides& overrides,
                                InterpreterFinder& finder);

bool IsUnresolved(const std::string& text);

}  // namespace penstock::executor
