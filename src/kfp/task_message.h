// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metadata/artifact.h"
#include "metadata/task.h"
#include "text/json.h"

// The messages of the native task and artifact API (kfp-contract 1.9), with what Penstock knows
// beyond it.
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

// A task with its parameters' values and its artifacts.
text::Json TaskMessage(const metadata::Task& task, const Lineage& lineage);
text::Json ArtifactMessage(const metadata::Artifact& artifact);
text::Json ArtifactTaskMessage(const metadata::ArtifactTask& use, const Lineage& lineage);

// "RUNTIME", "LOOP_ITERATION" and so on. Conditions and exit handlers are known by the names that
// the SDK gives their DAGs.
std::string_view TaskTypeName(metadata::TaskKind kind, std::string_view name);

// The enum word for a schema title: "Dataset" for "system.Dataset", "Artifact" for what it does
// not know.
std::string_view ArtifactTypeName(std::string_view schema_title);
// The reverse, for the words that there are.
std::string SchemaTitleOf(std::string_view type_name);

}  // namespace penstock::kfp
