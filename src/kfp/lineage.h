// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "kfp/backend.h"
#include "metadata/artifact.h"
#include "metadata/task.h"

// Which tasks of a run used and made which artifacts, read from the metadata in one go.
namespace penstock::kfp {

// One run's tasks, artifacts and the edges between them, and where to find them without looking
// through all: a run may have ten thousand tasks. Index fills the latter, from members that do not
// change any more.
struct Lineage {
  Lineage() = default;
  Lineage(Lineage&&) = default;
  Lineage& operator=(Lineage&&) = default;
  void Index();
  // Which turn of its innermost loop the task is in; -1 where that is not known.
  int IterationOf(const metadata::Task& task) const;

  std::vector<metadata::Task> tasks;
  std::vector<metadata::Artifact> artifacts;
  std::vector<metadata::ArtifactTask> uses;

  using Uses = std::vector<const metadata::ArtifactTask*>;
  std::unordered_map<std::string_view, const metadata::Task*> task_by_id;
  std::unordered_map<std::string_view, std::vector<const metadata::Task*>> children;
  std::unordered_map<std::string_view, const metadata::Artifact*> artifact_by_id;
  std::unordered_map<std::string_view, Uses> uses_by_task;
  std::unordered_map<std::string_view, Uses> outputs_by_artifact;
};

// All of the run. NotFound where there is no such run is for the caller to say.
base::Result<Lineage> ReadLineage(Backend& backend, const std::string& run_id);

// What these tasks used and made. `around` are the tasks that the answer may name beside them:
// their children, for one.
base::Result<Lineage> ReadUses(Backend& backend, const std::vector<metadata::Task>& tasks,
                               std::vector<metadata::Task> around = {});

}  // namespace penstock::kfp
