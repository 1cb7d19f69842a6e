// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/result_finder.h"
#include "engine/run_state.h"

namespace penstock::engine {

// Plays a new run for as far as it comes without running anything: what the cache or the origin has
// is taken, conditions and loops that this decides are decided, and the rest waits. In the order of
// the pipeline, what is in a DAG behind it.
std::vector<PlannedStep> ForecastRun(RunState& run, const ResultFinder& finder, base::Time now);

}  // namespace penstock::engine
