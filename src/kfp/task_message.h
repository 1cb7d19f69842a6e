// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "kfp/lineage.h"
#include "metadata/artifact.h"
#include "metadata/task.h"
#include "text/json.h"

// The messages of the native task and artifact API (kfp-contract 1.9), with what Penstock knows
// beyond it.
namespace penstock::kfp {

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
