// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metadata/artifact.h"
#include "metadata/task.h"
#include "text/json.h"

// The messages of the native task and artifact API (kfp-contract 1.9), with what Penstock knows
// beyond it.
namespace penstock::kfp {

// One run's tasks, artifacts and the edges between them.
struct Lineage {
  std::vector<metadata::Task> tasks;
  std::vector<metadata::Artifact> artifacts;
  std::vector<metadata::ArtifactTask> uses;
};

// A task with its parameters' values and its artifacts.
text::Json TaskMessage(const metadata::Task& task, const Lineage& lineage);
text::Json ArtifactMessage(const metadata::Artifact& artifact);
text::Json ArtifactTaskMessage(const metadata::ArtifactTask& use, const Lineage& lineage);

// The enum word for a schema title: "Dataset" for "system.Dataset", "Artifact" for what it does
// not know.
std::string_view ArtifactTypeName(std::string_view schema_title);

}  // namespace penstock::kfp
