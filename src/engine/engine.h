// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "engine/named_values.h"
#include "ir/pipeline_spec.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

struct EngineOptions {
  std::string default_pipeline_root = "minio://mlpipeline/v2/artifacts";
  size_t tasks_at_once = 512;  // given to the executor, which queues what it has no room for
  NamedValues* named_values = nullptr;  // secrets and config maps; null: there are none
  bool cache = true;  // whether tasks that ask for it may take their outputs from earlier ones
};

// A run to be made. `run` carries what the caller knows (experiment, names, source, parameters,
// pipeline_root, spec_json); the engine adds id, times and state.
struct NewRun {
  metadata::Run run;
  ir::PipelinePackage package;
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
  virtual base::Result<metadata::Run> CreateRun(NewRun new_run) = 0;
  // kFailedPrecondition where the run has ended; the run ends as FAILED, which is what clients that
  // wait for it understand (kfp-contract 0.9).
  virtual base::Status Terminate(const std::string& run_id) = 0;
  // Runs what failed again, keeping what succeeded; kAborted where the run has not ended.
  virtual base::Status Retry(const std::string& run_id) = 0;
  // Stops taking decisions; running tasks are abandoned to the executor. Also done on destruction.
  virtual void Stop() = 0;
};

}  // namespace penstock::engine
