// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "executor/local/environment_limits.h"
#include "executor/local/task_keys.h"
#include "executor/local/task_limits.h"

namespace penstock::executor {

struct LocalExecutorOptions {
  std::string directory;          // for work folders, environments and logs; made where absent
  size_t max_parallel_tasks = 0;  // processors that tasks share; 0: all
  std::vector<std::pair<std::string, std::string>> hosts;   // --task-host NAME=ADDRESS
  std::vector<std::string> ca_files;                        // --task-ca FILE
  std::vector<std::pair<std::string, std::string>> env;     // --task-env NAME=VALUE
  std::vector<std::string> package_override_files;          // --package-overrides FILE
  std::vector<std::pair<std::string, std::string>> images;  // --image PATTERN=ROOT
  std::vector<std::string> package_lock_files;              // --package-lock FILE
  EnvironmentLimits environment_limits;
  TaskLimitOptions limits;
  bool own_network = false;       // --task-network none
  TaskKeyIssuer* keys = nullptr;  // null: tasks get none; must outlive the executor
  bool warm = false;  // --warm: interpreters are kept ready where the machine permits it
};

// Runs tasks as processes of this machine, each in its own namespaces, with Python environments
// made by uv and shared by all tasks that want the same packages.
base::Result<std::unique_ptr<engine::Executor>> MakeLocalExecutor(
    const LocalExecutorOptions& options, engine::ArtifactStore& artifacts, const base::Clock& clock,
    base::Random& random, base::Logger& logger);

}  // namespace penstock::executor
