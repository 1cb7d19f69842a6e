// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "engine/run_context.h"
#include "engine/task_node.h"
#include "text/json.h"

namespace penstock::engine {

struct ResolvedInputs {
  text::Json::Object parameters;
  ArtifactMap artifacts;
};

// Takes the inputs of a task from where its spec says: constants, inputs of the DAG it is in, and
// outputs of settled sibling tasks, with selectors applied and types checked (kfp-contract 2.3).
// An input that its component can do without is left out where its source has nothing; a DAG's gets
// its default then. The error names the input: "input 'x': …".
base::Result<ResolvedInputs> ResolveInputs(const TaskNode& node, const RunContext& context);

// The root's inputs: what the caller gave, and defaults for what was not given.
text::Json::Object RootInputs(const ir::ComponentSpec& root, const text::Json::Object& arguments);

// The parameters with the component's defaults for what is absent: what conditions and the cache
// look at.
text::Json::Object WithDefaults(const ir::ComponentSpec& component, text::Json::Object parameters);

}  // namespace penstock::engine
