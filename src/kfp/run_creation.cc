// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_creation.h"

#include "ir/parse.h"
#include "kfp/default_experiment.h"
#include "kfp/run_request.h"
#include "schedule/macros.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using metadata::PipelineVersion;
using metadata::Run;
using text::Json;

// The version of that id, or the newest of a pipeline.
Result<PipelineVersion> FindVersion(Backend& backend, const std::string& pipeline_id,
                                    const std::string& pipeline_version_id) {
  auto& pipelines = backend.metadata.pipelines;
  if (pipeline_version_id.empty()) {
    PENSTOCK_RETURN_IF_ERROR(pipelines.Get(pipeline_id));
    PENSTOCK_TRY(auto newest, pipelines.NewestVersion(pipeline_id));
    if (newest) return *std::move(newest);
    return Fail(Code::kInvalidArgument, "Pipeline " + pipeline_id + " has no versions: upload one");
  }
  PENSTOCK_TRY(PipelineVersion version, pipelines.GetVersion(pipeline_version_id));
  if (!pipeline_id.empty() && pipeline_id != version.pipeline_id) {
    return Fail(Code::kInvalidArgument,
                "PipelineVersion " + version.id + " is not a version of Pipeline " + pipeline_id);
  }
  return version;
}

}  // namespace

Result<ir::PipelinePackage> ReadSource(Backend& backend, const Json* spec,
                                       const std::string& pipeline_id,
                                       const std::string& pipeline_version_id, Run& run) {
  if (spec != nullptr) {
    run.spec_json = text::FormatJson(*spec);
    return ir::ParsePackageJson(*spec);
  }
  PENSTOCK_TRY(PipelineVersion version, FindVersion(backend, pipeline_id, pipeline_version_id));
  run.pipeline_id = version.pipeline_id;
  run.pipeline_version_id = version.id;
  run.spec_json = version.spec_json;
  PENSTOCK_TRY(Json stored, text::ParseJson(version.spec_json));
  return ir::ParsePackageJson(stored);
}

Result<std::string> FindExperiment(Backend& backend, const std::string& experiment_id) {
  if (!experiment_id.empty()) {
    PENSTOCK_RETURN_IF_ERROR(backend.metadata.experiments.Get(experiment_id));
    return experiment_id;
  }
  PENSTOCK_TRY(metadata::Experiment experiment, EnsureDefaultExperiment(backend));
  return experiment.id;
}

void ReplaceMacros(Backend& backend, std::optional<int64_t> index, Run& run) {
  if (run.id.empty()) run.id = backend.random.Uuid();
  schedule::MacroValues macros{run.id, backend.clock.Now(), run.scheduled_at, index};
  if (macros.scheduled == base::Time{}) macros.scheduled = macros.now;
  for (auto& [name, value] : run.parameters) {
    if (value.is_string()) value = schedule::ExpandMacros(value.as_string(), macros);
  }
}

Result<Run> StartRun(Backend& backend, Run run, ir::PipelinePackage package,
                     std::optional<int64_t> index) {
  ReplaceMacros(backend, index, run);
  return backend.engine.CreateRun({std::move(run), std::move(package)});
}

Result<engine::NewRun> ReadNewRun(Backend& backend, const Json& body) {
  PENSTOCK_TRY(RunRequest request, ReadRunRequest(body));
  Run run;
  run.display_name = request.display_name;
  run.description = request.description;
  run.service_account = request.service_account;
  run.parameters = std::move(request.parameters);
  run.pipeline_root = request.pipeline_root;
  run.caching = request.caching;
  run.keep_seconds = request.keep_seconds;
  run.priority = request.priority;
  run.locked_from = request.locked_from;
  run.plugins_input = std::move(request.plugins_input);
  PENSTOCK_TRY(ir::PipelinePackage package, ReadSource(backend, request.spec, request.pipeline_id,
                                                       request.pipeline_version_id, run));
  PENSTOCK_TRY(run.experiment_id, FindExperiment(backend, request.experiment_id));
  return engine::NewRun{std::move(run), std::move(package)};
}

Result<Run> CreateRun(Backend& backend, const Json& body) {
  PENSTOCK_TRY(engine::NewRun made, ReadNewRun(backend, body));
  return StartRun(backend, std::move(made.run), std::move(made.package));
}

}  // namespace penstock::kfp
