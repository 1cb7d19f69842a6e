// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "ir/executor_io.h"
#include "ir/pipeline_spec.h"
#include "metadata/artifact.h"

namespace penstock::engine {

// Where a run's and a task's artifacts go (kfp-contract 2.5).

// "<root>/<pipeline name>/<run id>". A query string on the root speaks of the connection and is not
// part of any artifact's URI.
std::string RunRoot(std::string_view pipeline_root, std::string_view pipeline_name,
                    std::string_view run_id);
// "<run root>/<task name>/<uuid>"; every attempt has its own.
std::string TaskRoot(std::string_view run_root, std::string_view task_name, std::string_view uuid);
// "<task root>/executor-logs-<attempt>".
std::string LogUri(std::string_view task_root, int attempt);

// Fills the part of the input that says where outputs go.
void PlaceOutputs(const ir::ComponentSpec& component, std::string_view task_root,
                  ir::ExecutorInput& input);

// An artifact's row as tasks see it: named by its id.
ir::RuntimeArtifact ToRuntimeArtifact(const metadata::Artifact& row);
// The row of an artifact that the output `key` has made; RuntimeArtifact::name is ignored.
metadata::Artifact ToRow(const ir::RuntimeArtifact& artifact, const std::string& key,
                         const std::string& id, base::Time now);

}  // namespace penstock::engine
