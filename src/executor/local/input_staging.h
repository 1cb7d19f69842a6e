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

// Brings the input artifacts, and makes the folders that the task writes outputs to. Gives where
// the task is to see what was brought, and where it lies: in a sandbox elsewhere, and maybe the
// store's own files under another name, so that the task may only read it; without one in its
// place. An input without a file is noted and left out, as its producer was allowed to write none.
base::Result<std::vector<BoundFolder>> StageInputs(
    const ir::ExecutorInput& input, WorkFolder& work, engine::ArtifactStore& artifacts,
    const std::function<void(std::string_view)>& note);

}  // namespace penstock::executor
