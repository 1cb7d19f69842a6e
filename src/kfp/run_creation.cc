// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_creation.h"

#include "ir/parse.h"
#include "kfp/default_experiment.h"
#include "kfp/run_request.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::PipelineVersion;
using metadata::Run;
using text::Json;

// The version that the request names: by its own id, or as the newest of a pipeline.
Result<PipelineVersion> FindVersion(Backend& backend, const RunRequest& request) {
  auto& pipelines = backend.metadata.pipelines;
  if (request.pipeline_version_id.empty()) {
    PENSTOCK_RETURN_IF_ERROR(pipelines.Get(request.pipeline_id));
    PENSTOCK_TRY(auto newest, pipelines.NewestVersion(request.pipeline_id));
    if (newest) return *std::move(newest);
    return Fail(Code::kInvalidArgument,
                "Pipeline " + request.pipeline_id + " has no versions: upload one");
  }
  PENSTOCK_TRY(PipelineVersion version, pipelines.GetVersion(request.pipeline_version_id));
  if (!request.pipeline_id.empty() && request.pipeline_id != version.pipeline_id) {
    return Fail(Code::kInvalidArgument, "PipelineVersion " + version.id +
                                            " is not a version of Pipeline " + request.pipeline_id);
  }
  return version;
}

// Sets the source of the run and reads its pipeline.
Result<ir::PipelinePackage> ReadSource(Backend& backend, const RunRequest& request, Run& run) {
  if (request.spec != nullptr) {
    run.spec_json = text::FormatJson(*request.spec);
    return ir::ParsePackageJson(*request.spec);
  }
  PENSTOCK_TRY(PipelineVersion version, FindVersion(backend, request));
  run.pipeline_id = version.pipeline_id;
  run.pipeline_version_id = version.id;
  run.spec_json = version.spec_json;
  PENSTOCK_TRY(Json spec, text::ParseJson(version.spec_json));
  return ir::ParsePackageJson(spec);
}

Status SetExperiment(Backend& backend, const RunRequest& request, Run& run) {
  run.experiment_id = request.experiment_id;
  if (!run.experiment_id.empty()) {
    PENSTOCK_RETURN_IF_ERROR(backend.metadata.experiments.Get(run.experiment_id));
    return {};
  }
  PENSTOCK_TRY(metadata::Experiment experiment, EnsureDefaultExperiment(backend));
  run.experiment_id = experiment.id;
  return {};
}

}  // namespace

Result<Run> CreateRun(Backend& backend, const Json& body) {
  PENSTOCK_TRY(RunRequest request, ReadRunRequest(body));
  Run run;
  run.display_name = request.display_name;
  run.description = request.description;
  run.service_account = request.service_account;
  run.parameters = std::move(request.parameters);
  run.pipeline_root = request.pipeline_root;
  PENSTOCK_TRY(ir::PipelinePackage package, ReadSource(backend, request, run));
  PENSTOCK_RETURN_IF_ERROR(SetExperiment(backend, request, run));
  return backend.engine.CreateRun({std::move(run), std::move(package)});
}

}  // namespace penstock::kfp
