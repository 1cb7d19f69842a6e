// SPDX-License-Identifier: Apache-2.0
#include "engine/result_finder.h"

#include <map>
#include <utility>
#include <vector>

#include "engine/artifact_handover.h"
#include "engine/artifact_layout.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using metadata::Artifact;
using metadata::Task;

namespace {

constexpr int64_t kEntriesTried = 3;  // the newest; where these are all broken, so are the others

}  // namespace

Result<CacheAnswer> ResultFinder::Answer(const CacheLookup& lookup) const {
  CacheAnswer answer;
  if (!lookup.outline.empty()) {
    PENSTOCK_TRY(answer.possible, metadata_.cache.MayHave(lookup.outline, lookup.pipeline_name));
    return answer;
  }
  if (!lookup.import_uri.empty()) {
    if (auto stored = artifacts_.Describe(lookup.import_uri)) answer.content = stored->content;
  }
  if (!lookup.origin_run_id.empty()) {
    PENSTOCK_TRY(answer.hit, InOrigin(lookup));
    if (answer.hit) return answer;
  }
  if (lookup.ask_cache) {
    PENSTOCK_TRY(answer.hit, InCache(lookup, answer.content));
  }
  return answer;
}

Result<std::optional<CacheHit>> ResultFinder::InCache(const CacheLookup& lookup,
                                                      const std::string& content) const {
  PENSTOCK_TRY(auto entries, metadata_.cache.Find(lookup.fingerprint, kEntriesTried));
  for (metadata::CacheEntry& entry : entries) {
    CacheHit hit;
    hit.task_id = hit.entry_id = entry.id;
    hit.run_id = entry.run_id;
    bool whole = true;
    for (const metadata::CacheArtifact& kept : entry.artifacts) {
      PENSTOCK_TRY(bool there, IsThere(kept.artifact));
      // The record of an importer stands for what was there at the time.
      whole = whole && there && (lookup.import_uri.empty() || kept.artifact.content == content);
      if (!whole) break;
      hit.artifacts[kept.key].push_back(ToRuntimeArtifact(kept.artifact));
    }
    if (!whole) continue;
    hit.outputs = std::move(entry.outputs);
    return std::optional(std::move(hit));
  }
  return std::optional<CacheHit>();
}

Result<std::string> ResultFinder::PathOf(const Task& task) const {
  std::string path;
  Task at = task;
  while (!at.parent_id.empty()) {
    const std::string own = at.iteration >= 0 ? std::to_string(at.iteration) : at.name;
    path = path.empty() ? own : own + "/" + path;
    PENSTOCK_TRY(at, metadata_.tasks.Get(at.parent_id));
  }
  return path;
}

Result<std::optional<Task>> ResultFinder::ChooseInOrigin(const CacheLookup& lookup) const {
  PENSTOCK_TRY(auto candidates, metadata_.tasks.FindDone(lookup.origin_run_id, lookup.fingerprint));
  std::optional<Task> named;
  size_t others = 0;
  for (Task& task : candidates) {
    if (task.name != lookup.name) continue;
    PENSTOCK_TRY(std::string path, PathOf(task));
    if (path == lookup.path) return std::optional(std::move(task));
    ++others;
    named = std::move(task);
  }
  if (others != 1) named.reset();
  return named;
}

Result<std::optional<CacheHit>> ResultFinder::InOrigin(const CacheLookup& lookup) const {
  PENSTOCK_TRY(auto task, ChooseInOrigin(lookup));
  if (!task) return std::optional<CacheHit>();
  PENSTOCK_TRY(auto uses, metadata_.artifacts.ListUsesByTask(task->id));
  std::map<std::string, std::map<int, Artifact>> lists;
  for (const metadata::ArtifactTask& use : uses) {
    if (use.use != metadata::ArtifactUse::kOutput || use.outside()) continue;
    PENSTOCK_TRY(Artifact artifact, metadata_.artifacts.Get(use.artifact_id));
    // A task that ran several times has several artifacts in one place: the newest counts.
    auto [at, first] = lists[use.key].try_emplace(use.position, artifact);
    if (!first && at->second.created_at <= artifact.created_at) at->second = std::move(artifact);
  }
  CacheHit hit;
  for (const auto& [key, list] : lists) {
    for (const auto& [position, artifact] : list) {
      PENSTOCK_TRY(bool there, IsThere(artifact));
      if (!there) return std::optional<CacheHit>();
      hit.artifacts[key].push_back(ToRuntimeArtifact(artifact));
    }
  }
  // What that run had itself from elsewhere is shown to come from there.
  const bool passed_on = task->cached && !task->cached_from_task_id.empty();
  hit.task_id = passed_on ? task->cached_from_task_id : task->id;
  hit.run_id = passed_on ? task->cached_from_run_id : task->run_id;
  hit.outputs = std::move(task->outputs);
  return std::optional(std::move(hit));
}

void ResultFinder::WhenWhole(const std::string& uri,
                             std::function<void(Result<StoredArtifact>)> done) const {
  if (ArtifactHandover* handover = HandoverOf(artifacts_)) {
    return handover->WhenWhole(uri, std::move(done));
  }
  done(artifacts_.Describe(uri));
}

// What was never stored cannot be gone; what lies elsewhere is taken to be there.
Result<bool> ResultFinder::IsThere(const Artifact& artifact) const {
  if (artifact.deleted_at) return false;
  if (artifact.size < 0) return true;
  auto exists = artifacts_.Exists(artifact.uri);
  if (!exists && exists.error().code() == Code::kInvalidArgument) return true;
  return exists;
}

}  // namespace penstock::engine
