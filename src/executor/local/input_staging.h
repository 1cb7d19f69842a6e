// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/artifact_store.h"
#include "executor/local/work_folder.h"
#include "ir/executor_io.h"

namespace penstock::executor {

// Brings the input artifacts to where the task looks for them, and makes the folders that it writes
// outputs to. Gives the paths, as the task sees them, that it may only read. An input without a
// file is noted and left out, as its producer was allowed to write none.
base::Result<std::vector<std::string>> StageInputs(
    const ir::ExecutorInput& input, const WorkFolder& work, engine::ArtifactStore& artifacts,
    const std::function<void(std::string_view)>& note);

}  // namespace penstock::executor
