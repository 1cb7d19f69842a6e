// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/task_node.h"
#include "metadata/artifact.h"

namespace penstock::engine {

// A wait for the next attempt of a task, void when the task has gone on meanwhile; or, with the id
// "", for the time at which the run must have ended.
struct TimerRequest {
  base::Time due;
  std::string task_id;
};

// A question to the cache, answered with RunState::OnCacheAnswer before the changes are stored.
struct CacheLookup {
  std::string task_id;
  std::string fingerprint;
};

// An earlier execution whose outputs stand for those of a new one.
struct CacheHit {
  std::string task_id;
  text::Json::Object outputs;
  ArtifactMap artifacts;
};

// What a run's events have led to and nobody knows yet: first the rows to be stored, all in one
// transaction, then the effects, which may only happen once that is done.
struct RunChanges {
  bool run_changed = false;
  std::vector<TaskNode*> tasks;  // rows new or different, parents before children
  std::vector<metadata::Artifact> artifacts;
  std::vector<metadata::ArtifactTask> uses;

  std::vector<std::string> launches;  // task ids, for RunState::PrepareLaunch
  std::vector<std::string> cancels;   // task ids; some may be among the launches
  std::vector<TimerRequest> timers;

  bool AnythingToStore() const {
    return run_changed || !tasks.empty() || !artifacts.empty() || !uses.empty();
  }
};

}  // namespace penstock::engine
