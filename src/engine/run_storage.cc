// SPDX-License-Identifier: Apache-2.0
#include "engine/run_storage.h"

#include <map>
#include <utility>

#include "engine/artifact_layout.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Result<StoredRun> LoadRun(metadata::MetadataStore& metadata, const std::string& run_id) {
  StoredRun stored;
  PENSTOCK_TRY(stored.run, metadata.runs.Get(run_id));
  PENSTOCK_TRY(stored.tasks, metadata.tasks.ListByRun(run_id));
  PENSTOCK_TRY(stored.artifacts, metadata.artifacts.ListByRun(run_id));
  PENSTOCK_TRY(stored.uses, metadata.artifacts.ListUsesByRun(run_id));
  return stored;
}

Status StoreChanges(metadata::MetadataStore& metadata, metadata::Transaction& tx,
                    const metadata::Run& run, const RunChanges& changes) {
  if (changes.run_changed) PENSTOCK_RETURN_IF_ERROR(metadata.runs.UpdateState(tx, run));
  for (const metadata::Artifact& artifact : changes.artifacts) {
    PENSTOCK_RETURN_IF_ERROR(metadata.artifacts.Insert(tx, artifact));
  }
  for (const TaskNode* node : changes.tasks) {
    PENSTOCK_RETURN_IF_ERROR(node->stored ? metadata.tasks.Update(tx, node->row)
                                          : metadata.tasks.Insert(tx, node->row));
  }
  for (const metadata::ArtifactTask& use : changes.uses) {
    PENSTOCK_RETURN_IF_ERROR(metadata.artifacts.InsertUse(tx, use));
  }
  return {};
}

Result<std::optional<CacheHit>> FindCached(metadata::MetadataStore& metadata,
                                           const std::string& fingerprint) {
  PENSTOCK_TRY(auto task, metadata.tasks.FindByFingerprint(fingerprint));
  if (!task) return std::optional<CacheHit>();
  PENSTOCK_TRY(auto uses, metadata.artifacts.ListUsesByTask(task->id));
  std::map<std::string, std::map<int, ir::RuntimeArtifact>> lists;
  std::map<std::string, std::map<int, base::Time>> ages;
  for (const metadata::ArtifactTask& use : uses) {
    if (use.use != metadata::ArtifactUse::kOutput) continue;
    auto artifact = metadata.artifacts.Get(use.artifact_id);
    if (!artifact) {
      if (artifact.error().code() == Code::kNotFound) return std::optional<CacheHit>();
      return Fail(std::move(artifact).error());
    }
    // A task that ran several times has several artifacts in one place: the newest counts.
    auto [age, first] = ages[use.key].try_emplace(use.position, artifact->created_at);
    if (!first && age->second > artifact->created_at) continue;
    age->second = artifact->created_at;
    lists[use.key][use.position] = ToRuntimeArtifact(*artifact);
  }
  CacheHit hit;
  hit.task_id = task->id;
  hit.outputs = std::move(task->outputs);
  for (auto& [key, list] : lists) {
    for (auto& [position, artifact] : list) hit.artifacts[key].push_back(std::move(artifact));
  }
  return std::optional<CacheHit>(std::move(hit));
}

}  // namespace penstock::engine
