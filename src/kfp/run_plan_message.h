// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/engine.h"
#include "text/json.h"

namespace penstock::kfp {

// What a run would do: its steps, and how many of them run, are there already, are skipped, or
// cannot be told.
text::Json RunPlanMessage(const std::vector<engine::PlannedStep>& steps);

}  // namespace penstock::kfp
