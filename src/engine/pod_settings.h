// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/executor.h"
#include "engine/run_context.h"
#include "engine/task_node.h"
#include "text/json.h"

namespace penstock::engine {

// What the platform document says of a task's pod that has a meaning without pods, with the names
// that come from parameters looked up (kfp-contract 2.9).
struct PodSettings {
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<TaskFolder> folders;
  std::vector<NamedUse> named;
  bool own_network = false;
  ContainerSettings container;
};

// `config` is the task's KubernetesExecutorConfig, or null. The error names the field.
base::Result<PodSettings> ReadPodSettings(const text::Json* config, const TaskNode& node,
                                          const RunContext& context);

}  // namespace penstock::engine
