// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kfp/backend.h"
#include "text/json.h"

namespace penstock::kfp {

// What a Run in the body of a request asks for, its pipeline read.
base::Result<engine::NewRun> ReadNewRun(Backend& backend, const text::Json& body);
// Creates and starts the run that the body of a POST describes.
base::Result<metadata::Run> CreateRun(Backend& backend, const text::Json& body);

// Sets the source of the run and reads its pipeline: `spec`, where it is not null, else the stored
// version, which without an id of its own is the newest of the pipeline.
base::Result<ir::PipelinePackage> ReadSource(Backend& backend, const text::Json* spec,
                                             const std::string& pipeline_id,
                                             const std::string& pipeline_version_id,
                                             metadata::Run& run);

// The experiment of that id, which must exist; the default one for "".
base::Result<std::string> FindExperiment(Backend& backend, const std::string& experiment_id);

// Replaces the macros in the run's parameters (schedule/macros.h); the run gets an id.
void ReplaceMacros(Backend& backend, std::optional<int64_t> index, metadata::Run& run);

// Starts a run whose source and experiment are set, with the macros in its parameters replaced
// (schedule/macros.h). It keeps id and scheduled_at where they are set. `index` is that of a
// recurring run's run.
base::Result<metadata::Run> StartRun(Backend& backend, metadata::Run run,
                                     ir::PipelinePackage package,
                                     std::optional<int64_t> index = std::nullopt);

}  // namespace penstock::kfp
