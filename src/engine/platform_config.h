// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/pipeline_spec.h"
#include "text/json.h"

namespace penstock::engine {

// What the engine reads of a package's second document, the platform spec (kfp-contract 2.9).
// Everything takes null where a package has none.

// The longest time one attempt of the executor's tasks may take (activeDeadlineSeconds).
std::optional<std::chrono::seconds> TaskTimeout(const text::Json& platform,
                                                const std::string& executor_label);

// The longest time the whole run may take; it then ends as FAILED.
std::optional<std::chrono::seconds> RunTimeout(const text::Json& platform);

// Whether the run has a workspace: a folder that all its tasks share.
bool HasWorkspace(const text::Json& platform);

// How long what a run leaves behind besides its records, its workspace, is kept after its end
// (resourceTtlOnSuccess, OnFailure, OnCompletion). Without these that of a failed run stays a week,
// for a retry to find.
std::chrono::seconds WorkspaceTime(const text::Json& platform, bool succeeded);

// What the pod's label or annotation penstock.dev/priority says, which is added to the run's
// priority; 0 without.
int TaskPriority(const text::Json& platform, const std::string& executor_label);
inline constexpr int kLargestPriority = 1000;  // of either; the smallest is its negative

// The executor's KubernetesExecutorConfig, or null.
const text::Json* PodConfig(const text::Json& platform, const std::string& executor_label);

// kInvalidArgument names the first field that would change what a task does and is not offered.
base::Status CheckPlatform(const text::Json& platform);

// A sentence for each field that only a cluster can honour and that is not looked at here.
std::vector<std::string> PlatformNotices(const ir::PipelineSpec& spec, const text::Json& platform);

}  // namespace penstock::engine
