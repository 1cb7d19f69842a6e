// SPDX-License-Identifier: Apache-2.0
#pragma once

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
#include "executor/container/container_engine.h"
#include "executor/local/task_keys.h"

namespace penstock::executor {

struct ContainerExecutorOptions {
  std::string directory;          // the local executor's: logs, workspaces and volumes are shared
  std::string network = "host";   // --container-network
  size_t max_parallel_tasks = 0;  // 0: a small multiple of the processors
  std::vector<std::pair<std::string, std::string>> hosts;  // --task-host NAME=ADDRESS
  std::vector<std::string> ca_files;                       // --task-ca FILE
  std::vector<std::pair<std::string, std::string>> env;    // --task-env NAME=VALUE
  int64_t processes = 4096;                                // most that a task may have
  TaskKeyIssuer* keys = nullptr;  // null: tasks get none; must outlive the executor
};

// Gives tasks to `local`, and runs those that it refuses in containers. Logs and what is kept of
// runs are `local`'s, wherever a task ran.
base::Result<std::unique_ptr<engine::Executor>> MakeContainerExecutor(
    const ContainerExecutorOptions& options, std::unique_ptr<engine::Executor> local,
    std::unique_ptr<ContainerEngine> engine, engine::ArtifactStore& artifacts,
    const base::Clock& clock, base::Random& random, base::Logger& logger);

}  // namespace penstock::executor
