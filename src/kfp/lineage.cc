// SPDX-License-Identifier: Apache-2.0
#include "kfp/lineage.h"

#include <set>
#include <utility>

namespace penstock::kfp {

using base::Result;
using metadata::Artifact;
using metadata::ArtifactTask;
using metadata::ArtifactUse;
using metadata::Task;

int Lineage::IterationOf(const Task& task) const {
  for (const Task* at = &task; at->iteration < 0;) {
    auto parent = task_by_id.find(at->parent_id);
    if (parent == task_by_id.end()) return -1;
    at = parent->second;
    if (at->iteration >= 0) return at->iteration;
  }
  return task.iteration;
}

void Lineage::Index() {
  for (const Task& task : tasks) {
    task_by_id[task.id] = &task;
    children[task.parent_id].push_back(&task);
  }
  for (const Artifact& artifact : artifacts) artifact_by_id[artifact.id] = &artifact;
  for (const ArtifactTask& use : uses) {
    uses_by_task[use.task_id].push_back(&use);
    if (use.use == ArtifactUse::kOutput) outputs_by_artifact[use.artifact_id].push_back(&use);
  }
}

Result<Lineage> ReadLineage(Backend& backend, const std::string& run_id) {
  Lineage lineage;
  PENSTOCK_TRY(lineage.tasks, backend.metadata.tasks.ListByRun(run_id));
  PENSTOCK_TRY(lineage.artifacts, backend.metadata.artifacts.ListByRun(run_id));
  PENSTOCK_TRY(lineage.uses, backend.metadata.artifacts.ListUsesByRun(run_id));
  lineage.Index();
  return lineage;
}

Result<Lineage> ReadUses(Backend& backend, const std::vector<Task>& tasks,
                         std::vector<Task> around) {
  Lineage lineage;
  lineage.tasks = std::move(around);
  std::set<std::string> known;
  for (const Task& task : tasks) {
    PENSTOCK_TRY(auto uses, backend.metadata.artifacts.ListUsesByTask(task.id));
    for (ArtifactTask& use : uses) {
      if (known.insert(use.artifact_id).second) {
        PENSTOCK_TRY(Artifact artifact, backend.metadata.artifacts.Get(use.artifact_id));
        lineage.artifacts.push_back(std::move(artifact));
      }
      lineage.uses.push_back(std::move(use));
    }
  }
  lineage.Index();
  return lineage;
}

}  // namespace penstock::kfp
