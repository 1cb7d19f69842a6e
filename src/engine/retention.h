// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// For how long what is finished is kept; nothing: for ever.
struct RetentionOptions {
  std::optional<std::chrono::seconds> keep_runs;
  std::optional<std::chrono::seconds> keep_archived_runs;
  std::optional<std::chrono::seconds> keep_cache;  // after an entry was last used
  // After an experiment was made and its last run was; only one that holds no runs goes.
  std::optional<std::chrono::seconds> keep_experiments;
  std::string kept_experiment = {};  // the name of one that always stays
  std::chrono::milliseconds between_sweeps = std::chrono::hours(1);
};

// Deletes runs and artifacts. What a run owns is what lies below its own address in the store: what
// its tasks published, the logs of all their attempts, and what killed attempts left. Of that stays
// what another run has among its inputs or outputs, what an entry of the cache has, and what is
// locked; it goes when that ends. Rows go first, in one transaction with the order to remove the
// bytes, which a later sweep carries out where this process does not come to it. Thread-safe.
class Retention {
 public:
  // Where a run's artifacts lie; "" where that cannot be told.
  using RunRoot = std::function<std::string(const metadata::Run&)>;
  // The references must outlive the object.
  Retention(const RetentionOptions& options, metadata::MetadataStore& metadata, Executor& executor,
            ArtifactStore& artifacts, const base::Clock& clock, base::Logger& logger,
            RunRoot run_root);
  ~Retention();  // stops

  void Start();  // sweeps now and then, on a thread of its own
  void Stop();

  // kAborted: the run has not ended; kFailedPrecondition: a run that has not takes results from it.
  // Without `with_artifacts` what the run stored is left to whoever wants it, as no run's any more.
  base::Status DeleteRun(const std::string& run_id, bool with_artifacts);
  // The bytes of one artifact; its record stays and says so. kFailedPrecondition: locked, not made
  // by a task, of a run that has not ended, or in the cache, unless `force` drops those entries.
  base::Status DeleteArtifact(const std::string& artifact_id, bool force);
  // Deletes what is over its time, and all bytes that nothing needs any more.
  base::Status Sweep();

 private:
  base::Status ForgetCache();
  base::Status ExpireRuns();
  base::Status ExpireExperiments();
  base::Status CollectArtifacts();
  base::Status RemoveBytes();
  base::Status CheckDeletable(metadata::Transaction& tx, const metadata::Artifact& artifact,
                              bool force);
  base::Status Remove(const std::string& uri);
  void Loop();

  const RetentionOptions options_;
  metadata::MetadataStore& metadata_;
  Executor& executor_;
  ArtifactStore& artifacts_;
  const base::Clock& clock_;
  base::Logger& logger_;
  const RunRoot run_root_;
  std::mutex sweeping_;  // one at a time
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::engine
