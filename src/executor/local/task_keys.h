// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/local/interpreter_finder.h"

namespace penstock::engine {
struct TaskLaunch;
}  // namespace penstock::engine

namespace penstock::executor {

// What one attempt needs of the object store, as URIs: each stands for the object there and for all
// below it.
struct TaskReach {
  std::vector<std::string> inputs;   // to read
  std::vector<std::string> outputs;  // to write, and to read what was written
  std::optional<std::chrono::seconds> timeout;
};

// What an attempt reads and writes by its launch.
TaskReach ReachOf(const engine::TaskLaunch& launch);

// The keys of one attempt. They are valid for as long as this lives, at most.
class TaskKeys {
 public:
  virtual ~TaskKeys() = default;
  // What tells clients of S3 about them: AWS_ACCESS_KEY_ID and so on.
  virtual Variables variables() const = 0;
};

// Where the keys of running tasks come from. Thread-safe.
class TaskKeyIssuer {
 public:
  virtual ~TaskKeyIssuer() = default;
  // URIs that are not of this store give nothing.
  virtual std::unique_ptr<TaskKeys> Issue(const TaskReach& reach) = 0;
};

}  // namespace penstock::executor
