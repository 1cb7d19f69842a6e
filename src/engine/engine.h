// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "engine/named_values.h"
#include "engine/retention.h"
#include "ir/pipeline_spec.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

struct EngineOptions {
  std::string default_pipeline_root = "minio://mlpipeline/v2/artifacts";
  NamedValues* named_values = nullptr;  // secrets and config maps; null: there are none
  bool cache = true;  // whether tasks that ask for it may take their outputs from earlier ones
  RetentionOptions retention;
};

// A run to be made. `run` carries what the caller knows (experiment, names, source, parameters,
// pipeline_root, spec_json); the engine adds id, times and state.
struct NewRun {
  metadata::Run run;
  ir::PipelinePackage package;
};

// What a run would do with one task, as far as that is known before it runs.
struct PlannedStep {
  enum class Decision {
    kRun,        // it runs; of a DAG or a loop: something in it does
    kCached,     // the cache serves it, or, of a DAG, all that is in it
    kTakenOver,  // its outputs are those that the origin's task gave
    kSkipped,    // a condition says so
    kImported,
    kDepends,  // on what others give when they run
    kFails,    // `reason` says why
  };
  std::string path;  // "group/loop/2/train"
  std::string name;
  std::string display_name;
  metadata::TaskKind kind = metadata::TaskKind::kContainer;
  Decision decision = Decision::kRun;
  std::string reason;
  std::string from_task_id, from_run_id;  // where outputs come from
};

// Turns pipelines into finished runs. Every transition of a run or a task is one database
// transaction made before its effects, so that a restart continues every run where it stood.
// Thread-safe.
class Engine {
 public:
  // The references must outlive the engine.
  static std::unique_ptr<Engine> Create(const EngineOptions& options,
                                        metadata::MetadataStore& metadata, Executor& executor,
                                        ArtifactStore& artifacts, const base::Clock& clock,
                                        base::Random& random, base::Logger& logger);
  virtual ~Engine() = default;

  // Continues all unfinished runs; called once, before the first CreateRun.
  virtual base::Status Recover() = 0;
  // Checks the arguments and that every task can run here (kInvalidArgument names what cannot),
  // stores the run as PENDING, and starts it.
  // A run with an origin: that must have ended (kFailedPrecondition) and, where rerun_from is
  // given, have such a task (kInvalidArgument).
  virtual base::Result<metadata::Run> CreateRun(NewRun new_run) = 0;
  // What CreateRun would lead to: the same checks, and nothing is stored or started.
  virtual base::Result<std::vector<PlannedStep>> Plan(NewRun new_run) = 0;
  // kFailedPrecondition where the run has ended; the run ends as FAILED, which is what clients that
  // wait for it understand (kfp-contract 0.9).
  virtual base::Status Terminate(const std::string& run_id) = 0;
  // Runs what failed again, keeping what succeeded; kAborted where the run has not ended.
  virtual base::Status Retry(const std::string& run_id) = 0;
  // As Retention::DeleteRun and Retention::DeleteArtifact.
  virtual base::Status DeleteRun(const std::string& run_id, bool with_artifacts) = 0;
  virtual base::Status DeleteArtifact(const std::string& artifact_id, bool force) = 0;
  // Stops taking decisions; running tasks are abandoned to the executor. Also done on destruction.
  virtual void Stop() = 0;
};

}  // namespace penstock::engine
