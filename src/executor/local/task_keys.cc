// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_keys.h"

#include "engine/executor.h"

namespace penstock::executor {

TaskReach ReachOf(const engine::TaskLaunch& launch) {
  TaskReach reach;
  for (const auto& [name, artifacts] : launch.input.artifacts) {
    for (const ir::RuntimeArtifact& artifact : artifacts) reach.inputs.push_back(artifact.uri);
  }
  for (const auto& [name, artifact] : launch.input.output_artifacts) {
    reach.outputs.push_back(artifact.uri);
  }
  reach.timeout = launch.timeout;
  return reach;
}

}  // namespace penstock::executor
