// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "engine/run_context.h"
#include "engine/task_node.h"

namespace penstock::engine {

// The artifact that an importer task brings in: nothing is copied, the record alone is made. The
// address is a constant or an input of the task; placeholders in it and anywhere in the metadata
// are substituted. The node's inputs are resolved.
base::Result<ir::RuntimeArtifact> BuildImport(const TaskNode& node, const RunContext& context);

}  // namespace penstock::engine
