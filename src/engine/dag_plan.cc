// SPDX-License-Identifier: Apache-2.0
#include "engine/dag_plan.h"

#include <algorithm>
#include <utility>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

std::optional<size_t> DagPlan::Find(std::string_view name) const {
  auto found = positions_.find(name);
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

namespace {

// The tasks that `task` waits for: those it names and those whose outputs or end it reads.
std::set<std::string> UpstreamNames(const ir::TaskSpec& task) {
  std::set<std::string> names(task.dependent_tasks.begin(), task.dependent_tasks.end());
  for (const auto& [input, parameter] : task.parameters) {
    if (auto* output = std::get_if<ir::ParameterSource::TaskOutput>(&parameter.source)) {
      names.insert(output->producer_task);
    } else if (auto* status =
                   std::get_if<ir::ParameterSource::TaskFinalStatus>(&parameter.source)) {
      if (!status->producer_task.empty()) names.insert(status->producer_task);
    }
  }
  for (const auto& [input, artifact] : task.artifacts) {
    if (auto* output = std::get_if<ir::ArtifactSource::TaskOutput>(&artifact.source)) {
      names.insert(output->producer_task);
    }
  }
  return names;
}

// Task names with every task after its upstreams; otherwise in the order of names.
Result<std::vector<std::string>> TopologicalOrder(
    const ir::ComponentSpec& component,
    const std::map<std::string, std::set<std::string>>& upstream) {
  std::map<std::string, std::vector<std::string>> downstream;
  std::map<std::string, size_t> waiting;
  std::vector<std::string> order;
  for (const auto& [name, names] : upstream) {
    waiting[name] = names.size();
    if (names.empty()) order.push_back(name);
    for (const std::string& other : names) {
      if (!upstream.contains(other)) {
        return Fail(Code::kInvalidArgument, component.name + ", task '" + name +
                                                "': depends on the unknown task '" + other + "'");
      }
      downstream[other].push_back(name);
    }
  }
  for (size_t next = 0; next < order.size(); ++next) {
    for (const std::string& name : downstream[order[next]]) {
      if (--waiting[name] == 0) order.push_back(name);
    }
  }
  if (order.size() == upstream.size()) return order;
  for (const auto& [name, count] : waiting) {
    if (count > 0) {
      return Fail(Code::kInvalidArgument,
                  component.name + ", task '" + name + "': tasks depend on each other in a circle");
    }
  }
  return order;
}

}  // namespace

class PlanBuilder {
 public:
  explicit PlanBuilder(RunPlan& plan) : plan_(plan), spec_(plan.package_.spec) {}

  Status Build() {
    if (!spec_.root.dag) {
      return Fail(Code::kInvalidArgument, "root: the pipeline has no DAG at its root");
    }
    PENSTOCK_TRY(plan_.root_, PlanDag(spec_.root, ""));
    return {};
  }

 private:
  Result<const DagPlan*> PlanDag(const ir::ComponentSpec& component, const std::string& name) {
    if (auto found = plan_.dags_.find(name); found != plan_.dags_.end()) {
      return found->second.get();
    }
    if (!open_.insert(name).second) {
      return Fail(Code::kInvalidArgument, "component '" + name + "' contains itself");
    }
    auto dag = std::make_unique<DagPlan>();
    dag->component_ = &component;
    PENSTOCK_RETURN_IF_ERROR(AddTasks(component, *dag));
    FindCollected(component, *dag);
    open_.erase(name);
    return plan_.dags_.emplace(name, std::move(dag)).first->second.get();
  }

  Status AddTasks(const ir::ComponentSpec& component, DagPlan& dag) {
    std::map<std::string, std::set<std::string>> upstream;
    for (const auto& [name, task] : component.dag->tasks) upstream[name] = UpstreamNames(task);
    PENSTOCK_TRY(auto order, TopologicalOrder(component, upstream));
    dag.tasks_.reserve(order.size());
    for (const std::string& name : order) {
      PENSTOCK_TRY(PlannedTask task, PlanTask(component.dag->tasks.at(name)));
      size_t position = dag.tasks_.size();
      for (const std::string& other : upstream[name]) {
        size_t at = dag.positions_.at(other);
        task.upstream.push_back(at);
        dag.tasks_[at].downstream.push_back(position);
      }
      dag.positions_[name] = position;
      dag.tasks_.push_back(std::move(task));
    }
    return {};
  }

  Result<PlannedTask> PlanTask(const ir::TaskSpec& spec) {
    auto wrong = [&](const std::string& what) {
      return Fail(Code::kInvalidArgument, "task '" + spec.name + "': " + what);
    };
    PlannedTask task;
    task.spec = &spec;
    auto component = spec_.components.find(spec.component);
    if (component == spec_.components.end()) {
      return wrong("refers to the unknown component '" + spec.component + "'");
    }
    task.component = &component->second;
    if (!spec.condition.empty()) {
      auto condition = ir::Expression::Parse(spec.condition);
      if (!condition) return wrong("condition: " + condition.error().message());
      task.condition = std::move(*condition);
    }
    bool iterates = spec.parameter_iterator || spec.artifact_iterator;
    if (task.component->dag) {
      task.kind = iterates ? metadata::TaskKind::kLoop : metadata::TaskKind::kDag;
      PENSTOCK_TRY(task.dag, PlanDag(*task.component, component->first));
      return task;
    }
    if (iterates) return wrong("iterates over a component that is not a DAG, which is not offered");
    auto executor = spec_.executors.find(task.component->executor_label);
    if (executor == spec_.executors.end()) {
      return wrong("refers to the unknown executor '" + task.component->executor_label + "'");
    }
    task.executor = &executor->second;
    task.kind =
        task.executor->importer ? metadata::TaskKind::kImporter : metadata::TaskKind::kContainer;
    return task;
  }

  static void FindCollected(const ir::ComponentSpec& component, DagPlan& dag) {
    auto note = [&](const std::string& output, const std::vector<ir::OutputSelector>& selectors) {
      for (const ir::OutputSelector& selector : selectors) {
        auto at = dag.Find(selector.producer_subtask);
        if (!at) continue;
        const PlannedTask& task = dag.tasks_[*at];
        if (task.kind == metadata::TaskKind::kLoop ||
            (task.dag != nullptr && task.dag->IsCollected(selector.output_key))) {
          dag.collected_.insert(output);
        }
      }
    };
    for (const auto& [name, output] : component.dag->output_parameters) {
      note(name, output.selectors);
    }
    for (const auto& [name, output] : component.dag->output_artifacts) note(name, output.selectors);
  }

  RunPlan& plan_;
  const ir::PipelineSpec& spec_;
  std::set<std::string> open_;  // components being planned, to notice one that contains itself
};

Result<std::shared_ptr<const RunPlan>> RunPlan::Make(ir::PipelinePackage package) {
  auto plan = std::make_shared<RunPlan>();
  plan->package_ = std::move(package);
  plan->package_.spec_json = {};  // the run's row keeps it
  PENSTOCK_RETURN_IF_ERROR(PlanBuilder(*plan).Build());
  return std::shared_ptr<const RunPlan>(std::move(plan));
}

}  // namespace penstock::engine
