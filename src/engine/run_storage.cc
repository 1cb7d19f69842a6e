// SPDX-License-Identifier: Apache-2.0
#include "engine/run_storage.h"

#include <utility>

namespace penstock::engine {

using base::Result;
using base::Status;

Result<StoredRun> LoadRun(metadata::MetadataStore& metadata, const std::string& run_id) {
  StoredRun stored;
  PENSTOCK_TRY(stored.run, metadata.runs.Get(run_id));
  PENSTOCK_TRY(stored.tasks, metadata.tasks.ListByRun(run_id));
  PENSTOCK_TRY(stored.artifacts, metadata.artifacts.ListByRun(run_id));
  PENSTOCK_TRY(stored.uses, metadata.artifacts.ListUsesByRun(run_id));
  // What was recorded from outside is no part of how the run goes.
  std::erase_if(stored.tasks, [](const metadata::Task& task) { return !task.outside.is_null(); });
  std::erase_if(stored.uses, [](const metadata::ArtifactTask& use) { return use.outside(); });
  return stored;
}

Status StoreChanges(metadata::MetadataStore& metadata, metadata::Transaction& tx,
                    const metadata::Run& run, const RunChanges& changes, base::Time now) {
  if (changes.run_changed) PENSTOCK_RETURN_IF_ERROR(metadata.runs.UpdateState(tx, run));
  for (const metadata::Artifact& artifact : changes.artifacts) {
    PENSTOCK_RETURN_IF_ERROR(metadata.artifacts.Insert(tx, artifact));
  }
  for (const auto& [id, content] : changes.contents) {
    PENSTOCK_RETURN_IF_ERROR(metadata.artifacts.SetContent(tx, id, content));
  }
  for (const TaskNode* node : changes.tasks) {
    PENSTOCK_RETURN_IF_ERROR(node->stored ? metadata.tasks.Update(tx, node->row)
                                          : metadata.tasks.Insert(tx, node->row));
  }
  for (const metadata::ArtifactTask& use : changes.uses) {
    PENSTOCK_RETURN_IF_ERROR(metadata.artifacts.InsertUse(tx, use));
  }
  for (const metadata::CacheEntry& entry : changes.cache_entries) {
    PENSTOCK_RETURN_IF_ERROR(metadata.cache.Put(tx, entry));
  }
  for (const std::string& entry : changes.cache_hits) {
    PENSTOCK_RETURN_IF_ERROR(metadata.cache.CountHit(tx, entry, now));
  }
  return {};
}

}  // namespace penstock::engine
