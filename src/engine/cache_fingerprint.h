// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/run_context.h"
#include "engine/task_node.h"
#include "text/json.h"

namespace penstock::engine {

// What makes two executions of a task interchangeable, as 64 hex digits: the pipeline's name, the
// container, the inputs (artifacts by their bytes, type and metadata) and the declared outputs, or
// the custom key instead of all that (kfp-contract 2.8). Resources and retries are not part of it.
// The task's inputs are resolved. `named` has the versions of the secrets and config maps that it
// is given, by what they are and are called.
std::string CacheFingerprint(const TaskNode& node, const RunContext& context,
                             const text::Json::Object& named = {});

// What is known of the fingerprint before the bytes of the inputs are: only tasks whose outlines
// are equal can have equal fingerprints. Artifacts go by their sizes, secrets are left out.
std::string CacheOutline(const TaskNode& node, const RunContext& context);

// The same for an importer that may reuse an artifact imported before.
std::string ImportFingerprint(const RunContext& context, const ir::RuntimeArtifact& imported);

}  // namespace penstock::engine
