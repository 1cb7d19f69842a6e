// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "engine/task_node.h"
#include "metadata/artifact.h"
#include "metadata/cache.h"

namespace penstock::engine {

// A wait for the next attempt of a task, void when the task has gone on meanwhile; or, with the id
// "", for the time at which the run must have ended.
struct TimerRequest {
  base::Time due;
  std::string task_id;
};

// A question whether a task's outputs are there already, answered with RunState::OnCacheAnswer
// before the changes are stored.
struct CacheLookup {
  std::string task_id;
  std::string fingerprint;
  bool ask_cache = true;
  // A run to take over from, and the task's own path and name, which those of the other have.
  std::string origin_run_id = {};
  std::string path = {};
  std::string name = {};
  std::string import_uri = {};  // of an importer: what is there now is wanted too
  // Not "" where the fingerprint cannot be known yet: only whether there may be anything is asked.
  std::string outline = {};
  std::string pipeline_name = {};
};

// An earlier execution whose outputs stand for those of a new one.
struct CacheHit {
  std::string task_id;
  std::string run_id = {};
  std::string entry_id = {};  // "": taken over from the origin
  text::Json::Object outputs;
  ArtifactMap artifacts;
};

struct CacheAnswer {
  std::optional<CacheHit> hit = {};
  std::string content = {};  // of what an importer brings; "" where it is not known
  bool possible = false;     // of an outline
};

// An artifact that is stored and whose content is not known yet, answered with
// RunState::OnPublished when it is.
struct PendingArtifact {
  std::string id, uri;
  int64_t size = -1;  // that it must have then, where that is known
};

// What a run's events have led to and nobody knows yet: first the rows to be stored, all in one
// transaction, then the effects, which may only happen once that is done.
struct RunChanges {
  bool run_changed = false;
  std::vector<TaskNode*> tasks;  // rows new or different, parents before children
  std::vector<metadata::Artifact> artifacts;
  std::vector<metadata::ArtifactTask> uses;
  std::vector<std::pair<std::string, std::string>> contents;  // of artifacts by id, newly known
  std::vector<metadata::CacheEntry> cache_entries;
  std::vector<std::string> cache_hits;  // ids of entries

  std::vector<std::string> launches;  // task ids, for RunState::PrepareLaunch
  std::vector<std::string> cancels;   // task ids; some may be among the launches
  std::vector<TimerRequest> timers;
  std::vector<PendingArtifact> awaited;

  bool AnythingToStore() const {
    return run_changed || !tasks.empty() || !artifacts.empty() || !uses.empty() ||
           !contents.empty();
  }
};

}  // namespace penstock::engine
