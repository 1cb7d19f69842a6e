// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ir/expression.h"
#include "ir/pipeline_spec.h"
#include "metadata/task.h"

namespace penstock::engine {

class DagPlan;

// What the pipeline says of one task, with its names looked up.
struct PlannedTask {
  const ir::TaskSpec* spec = nullptr;
  const ir::ComponentSpec* component = nullptr;
  const ir::ExecutorSpec* executor = nullptr;  // of a container or an importer
  const DagPlan* dag = nullptr;                // what a DAG, or each iteration of a loop, contains
  metadata::TaskKind kind = metadata::TaskKind::kContainer;
  std::vector<size_t> upstream;                     // positions in the DAG, each once
  std::vector<size_t> downstream;                   // the reverse
  std::shared_ptr<const ir::Expression> condition;  // null where there is none
};

// The tasks of one DAG component in an order in which every task comes after its upstreams.
// Immutable; shared by all instances of the component.
class DagPlan {
 public:
  const ir::ComponentSpec& component() const { return *component_; }
  const std::vector<PlannedTask>& tasks() const { return tasks_; }
  std::optional<size_t> Find(std::string_view name) const;
  // Whether the output gathers the iterations of a loop somewhere inside: a list that an outer loop
  // joins to its neighbours' lists instead of nesting it (kfp-contract 2.7, Collected).
  bool IsCollected(std::string_view output) const { return collected_.contains(output); }

 private:
  friend class PlanBuilder;
  const ir::ComponentSpec* component_ = nullptr;
  std::vector<PlannedTask> tasks_;
  std::map<std::string, size_t, std::less<>> positions_;
  std::set<std::string, std::less<>> collected_;
};

// A pipeline made ready for running: its package and the plan of every DAG in it. Immutable.
class RunPlan {
 public:
  // kInvalidArgument names the task where a reference leads nowhere, tasks wait for each other in a
  // circle, a component contains itself, or a condition cannot be read.
  static base::Result<std::shared_ptr<const RunPlan>> Make(ir::PipelinePackage package);

  const ir::PipelineSpec& spec() const { return package_.spec; }
  const text::Json& platform_json() const { return package_.platform_json; }
  const DagPlan& root() const { return *root_; }
  // The DAGs of all components that the root leads to, the root's own included.
  const std::map<std::string, std::unique_ptr<DagPlan>>& dags() const { return dags_; }

 private:
  friend class PlanBuilder;
  ir::PipelinePackage package_;
  std::map<std::string, std::unique_ptr<DagPlan>> dags_;  // by component name
  const DagPlan* root_ = nullptr;
};

}  // namespace penstock::engine
