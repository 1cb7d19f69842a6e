// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "metadata/experiment.h"
#include "text/json.h"

namespace penstock::kfp {

text::Json ExperimentMessage(const metadata::Experiment& experiment);

// The name and the description of an experiment to be made, checked.
base::Result<metadata::Experiment> ReadExperiment(const text::Json& body);

}  // namespace penstock::kfp
