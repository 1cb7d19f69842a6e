// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <mutex>
#include <utility>

#include "engine/admission.h"
#include "engine/dag_plan.h"
#include "engine/run_forecast.h"
#include "engine/run_locks.h"
#include "engine/run_origin.h"
#include "engine/run_state.h"
#include "engine/run_storage.h"
#include "engine/scheduler.h"
#include "ir/parse.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::RuntimeState;
using text::Json;

namespace {

// As PipelineVersion::spec_json has it.
std::string SpecText(const ir::PipelinePackage& package) {
  if (package.platform_json.is_null()) return text::FormatJson(package.spec_json);
  return text::FormatJson(
      Json::Object{{"pipeline_spec", package.spec_json}, {"platform_spec", package.platform_json}});
}

class SchedulingEngine final : public Engine {
 public:
  SchedulingEngine(const EngineOptions& options, metadata::MetadataStore& metadata,
                   Executor& executor, ArtifactStore& artifacts, const base::Clock& clock,
                   base::Random& random, base::Logger& logger)
      : options_(options),
        metadata_(metadata),
        executor_(executor),
        artifacts_(artifacts),
        clock_(clock),
        random_(random),
        logger_(logger),
        finder_(metadata, artifacts),
        scheduler_(metadata, executor, clock, logger, finder_, options.named_values),
        retention_(options.retention, metadata, executor, artifacts, clock, logger,
                   [this](const metadata::Run& run) { return RootOf(run); }) {}

  Status Recover() override {
    PENSTOCK_TRY(auto ids, metadata_.runs.UnfinishedIds());
    for (const std::string& id : ids) {
      auto run = Load(id);
      if (run) {
        scheduler_.Add(std::move(*run));
      } else if (run.error().code() == Code::kInvalidArgument) {
        PENSTOCK_RETURN_IF_ERROR(GiveUp(id, run.error().message()));
      } else {
        return Fail(std::move(run).error());
      }
    }
    retention_.Start();
    if (!ids.empty()) logger_.Info("continuing unfinished runs", {{"runs", uint64_t{ids.size()}}});
    return {};
  }

  Result<metadata::Run> CreateRun(NewRun new_run) override {
    metadata::Run run = std::move(new_run.run);
    PENSTOCK_RETURN_IF_ERROR(artifacts_.CheckRoot(
        run.pipeline_root.empty() ? options_.default_pipeline_root : run.pipeline_root));
    if (run.spec_json.empty()) run.spec_json = SpecText(new_run.package);
    PENSTOCK_TRY(auto plan, Prepare(run, std::move(new_run.package)));
    PENSTOCK_RETURN_IF_ERROR(Insert(run));

    StoredRun stored;
    stored.run = run;
    // Where the engine is stopping, the next start finds the run and begins it.
    scheduler_.Add(
        std::make_unique<RunState>(std::move(plan), std::move(stored), Settings(), random_));
    return run;
  }

  Result<std::vector<PlannedStep>> Plan(NewRun new_run) override {
    metadata::Run run = std::move(new_run.run);
    PENSTOCK_TRY(auto plan, Prepare(run, std::move(new_run.package)));
    StoredRun stored;
    stored.run = std::move(run);
    RunState state(std::move(plan), std::move(stored), Settings(), random_);
    return ForecastRun(state, finder_, clock_.Now());
  }

  Status DeleteRun(const std::string& run_id, bool with_artifacts) override {
    // Nobody may be about to open it again.
    std::lock_guard lock(retry_mutex_);
    return retention_.DeleteRun(run_id, with_artifacts);
  }

  Status DeleteArtifact(const std::string& artifact_id, bool force) override {
    return retention_.DeleteArtifact(artifact_id, force);
  }

  Status Terminate(const std::string& run_id) override { return scheduler_.Terminate(run_id); }

  Status Retry(const std::string& run_id) override {
    // One at a time, so that what is read back is not retried by another meanwhile.
    std::lock_guard lock(retry_mutex_);
    PENSTOCK_TRY(auto row, metadata_.runs.Get(run_id));
    if (!metadata::IsFinal(row.state)) {
      return Fail(Code::kAborted, "Run " + run_id + " has not ended");
    }
    PENSTOCK_TRY(auto run, Load(run_id));
    return scheduler_.Retry(std::move(run));
  }

  void Stop() override {
    retention_.Stop();
    scheduler_.Stop();
  }

 private:
  RunSettings Settings() const {
    RunSettings settings{options_.default_pipeline_root, options_.cache, executor_.capacity()};
    if (options_.named_values != nullptr) {
      settings.named_version = [values = options_.named_values](NamedKind kind,
                                                                std::string_view name) {
        return values->Version(kind, name);
      };
    }
    return settings;
  }

  // Where the run's tasks store what they publish; "" where its pipeline cannot be read.
  std::string RootOf(const metadata::Run& run) const {
    auto spec = text::ParseJson(run.spec_json);
    if (!spec) return "";
    const Json* bare = spec->Find("pipeline_spec");
    const Json* info = (bare != nullptr ? bare : &*spec)->Find("pipelineInfo");
    const std::string name = info == nullptr ? "" : info->StringOr("name", "");
    if (name.empty() || run.id.empty()) return "";
    return RunContext(run, name, options_.default_pipeline_root).run_root();
  }

  // Checks what a new run asks for and fills in what is not up to the caller.
  Result<std::shared_ptr<const RunPlan>> Prepare(metadata::Run& run, ir::PipelinePackage package) {
    PENSTOCK_RETURN_IF_ERROR(ir::CheckRunArguments(package.spec.root, run.parameters));
    PENSTOCK_TRY(auto plan, RunPlan::Make(std::move(package)));
    PENSTOCK_RETURN_IF_ERROR(CheckAdmissible(*plan, executor_));
    PENSTOCK_RETURN_IF_ERROR(CheckOrigin(metadata_, run));
    PENSTOCK_RETURN_IF_ERROR(TakeLocks(metadata_, run));
    if (run.id.empty()) run.id = random_.Uuid();
    run.created_at = clock_.Now();
    if (run.scheduled_at == base::Time{}) run.scheduled_at = run.created_at;
    run.finished_at.reset();
    run.error.clear();
    run.state = RuntimeState::kPending;
    run.state_history = {{run.created_at, RuntimeState::kPending, ""}};
    return plan;
  }

  Status Insert(const metadata::Run& run) {
    return metadata_.database.Write([&](metadata::Transaction& tx) -> Status {
      // Whoever deletes the origin meanwhile comes before or after this transaction.
      if (!run.origin_run_id.empty()) {
        PENSTOCK_RETURN_IF_ERROR(metadata_.runs.Get(tx, run.origin_run_id));
      }
      if (!run.experiment_id.empty()) {
        PENSTOCK_TRY(auto experiment, metadata_.experiments.Get(tx, run.experiment_id));
        experiment.last_run_created_at = run.created_at;
        PENSTOCK_RETURN_IF_ERROR(metadata_.experiments.Update(tx, experiment));
      }
      return metadata_.runs.Insert(tx, run);
    });
  }

  Result<std::unique_ptr<RunState>> Load(const std::string& run_id) {
    PENSTOCK_TRY(StoredRun stored, LoadRun(metadata_, run_id));
    PENSTOCK_TRY(Json spec, text::ParseJson(stored.run.spec_json));
    PENSTOCK_TRY(auto package, ir::ParsePackageJson(spec));
    PENSTOCK_TRY(auto plan, RunPlan::Make(std::move(package)));
    return std::make_unique<RunState>(std::move(plan), std::move(stored), Settings(), random_);
  }

  // Ends a run whose stored pipeline this version cannot read.
  Status GiveUp(const std::string& run_id, const std::string& why) {
    logger_.Error("cannot continue a run", {{"run", run_id}, {"error", why}});
    return metadata_.database.Write([&](metadata::Transaction& tx) -> Status {
      PENSTOCK_TRY(auto run, metadata_.runs.Get(tx, run_id));
      run.state = RuntimeState::kFailed;
      run.error = "the run cannot be continued: " + why;
      run.finished_at = clock_.Now();
      run.state_history.push_back({*run.finished_at, run.state, run.error});
      return metadata_.runs.UpdateState(tx, run);
    });
  }

  const EngineOptions options_;
  metadata::MetadataStore& metadata_;
  Executor& executor_;
  ArtifactStore& artifacts_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Logger& logger_;
  std::mutex retry_mutex_;
  ResultFinder finder_;
  Scheduler scheduler_;
  Retention retention_;
};

}  // namespace

std::unique_ptr<Engine> Engine::Create(const EngineOptions& options,
                                       metadata::MetadataStore& metadata, Executor& executor,
                                       ArtifactStore& artifacts, const base::Clock& clock,
                                       base::Random& random, base::Logger& logger) {
  return std::make_unique<SchedulingEngine>(options, metadata, executor, artifacts, clock, random,
                                            logger);
}

}  // namespace penstock::engine
