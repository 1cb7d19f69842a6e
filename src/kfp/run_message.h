// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metadata/run.h"
#include "metadata/task.h"
#include "text/json.h"

namespace penstock::kfp {

// enable_caching, keep_seconds and priority, where they are set.
void PutPolicies(text::Json& message, const std::optional<bool>& caching,
                 const std::optional<int64_t>& keep_seconds, int priority);
// A run of a stored version shows the reference to it, any other its spec. A run whose stored spec
// cannot be read is shown with an error instead.
text::Json RunMessage(const metadata::Run& run);

// The same without the pipeline, which does not change and may be large: for those who follow
// along.
text::Json RunMessageWithoutPipeline(metadata::Run run);

// PipelineTaskDetail of a task, for Run.run_details; `children` are the ids of those below it.
text::Json TaskDetailMessage(const metadata::Task& task, const std::vector<std::string>& children);

// [{"update_time","state","error"}].
text::Json StateHistoryMessage(const std::vector<metadata::StateChange>& history);

}  // namespace penstock::kfp
