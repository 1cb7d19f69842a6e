// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "kfp/backend.h"
#include "metadata/experiment.h"

namespace penstock::kfp {

// The name of the experiment of runs that name none. It cannot be deleted.
inline constexpr char kDefaultExperimentName[] = "Default";

// The default experiment, made where it is absent. Called when the handler is made, because clients
// look for it before they create runs, and again by every run that names no experiment.
base::Result<metadata::Experiment> EnsureDefaultExperiment(Backend& backend);

}  // namespace penstock::kfp
