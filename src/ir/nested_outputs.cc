// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/sdk_quirks.h"

namespace penstock::ir {
namespace {

constexpr size_t kMostLevels = 32;
constexpr size_t kMostSteps = 1'000'000;

// A task that stands for a group of a pipeline's own tasks, rather than for another pipeline.
bool IsGroup(const TaskSpec& task) {
  return !task.condition.empty() || task.parameter_iterator || task.artifact_iterator ||
         task.name.starts_with("exit-handler-");
}

class OutputHoister {
 public:
  explicit OutputHoister(PipelineSpec& spec) : spec_(spec) {}

  void Hoist(ComponentSpec& component) {
    DagSpec& dag = DagOf(component);
    for (auto& [name, output] : dag.output_parameters) {
      for (OutputSelector& selector : output.selectors) HoistOne(dag, selector, true);
    }
    for (auto& [name, output] : dag.output_artifacts) {
      for (OutputSelector& selector : output.selectors) HoistOne(dag, selector, false);
    }
  }

 private:
  using Path = std::vector<std::string>;  // tasks to go through, from the outermost

  ComponentSpec* Find(const std::string& name) {
    auto found = spec_.components.find(name);
    return found == spec_.components.end() ? nullptr : &found->second;
  }

  ComponentSpec* FindGroup(const DagSpec& dag, const std::string& task) {
    ComponentSpec* component = Find(dag.tasks.at(task).component);
    return component != nullptr && component->dag ? component : nullptr;
  }

  // The groups that lead to the one nearest task of that name; nothing where there is none, or
  // where several are equally near.
  std::optional<Path> FindPath(const DagSpec& dag, const std::string& task) {
    std::vector<std::pair<const DagSpec*, Path>> level = {{&dag, {}}};
    for (size_t depth = 0; depth < kMostLevels && !level.empty(); ++depth) {
      std::vector<std::pair<const DagSpec*, Path>> next;
      std::vector<const Path*> hits;
      for (const auto& [current, path] : level) {
        if (current->tasks.contains(task)) hits.push_back(&path);
        for (const auto& [name, candidate] : current->tasks) {
          if (++steps_ > kMostSteps) return std::nullopt;
          ComponentSpec* inner = IsGroup(candidate) ? FindGroup(*current, name) : nullptr;
          if (inner == nullptr) continue;
          next.emplace_back(&DagOf(*inner), path);
          next.back().second.push_back(name);
        }
      }
      if (hits.size() == 1) return *hits.front();
      if (hits.size() > 1) return std::nullopt;
      level = std::move(next);
    }
    return std::nullopt;
  }

  void HoistOne(DagSpec& dag, OutputSelector& selector, bool parameter) {
    if (dag.tasks.contains(selector.producer_subtask)) return;
    std::optional<Path> path = FindPath(dag, selector.producer_subtask);
    if (!path) return;
    std::vector<ComponentSpec*> groups;  // the component of each group on the path
    DagSpec* inner = &dag;
    for (const std::string& group : *path) {
      groups.push_back(FindGroup(*inner, group));
      inner = &DagOf(*groups.back());
    }
    const std::string task = selector.producer_subtask;
    const std::string name = "pipelinechannel--" + task + "-" + selector.output_key;
    ComponentSpec* producer = Find(inner->tasks.at(task).component);
    for (size_t i = groups.size(); i-- > 0 && producer != nullptr;) {
      bool looped = IsLoop(DagOf(*groups[i]).tasks.at(selector.producer_subtask));
      bool added = parameter ? AddParameter(*groups[i], name, *producer, selector, looped)
                             : AddArtifact(*groups[i], name, *producer, selector, looped);
      if (!added) return;
      selector = OutputSelector{(*path)[i], name};
      producer = groups[i];
    }
  }

  static bool IsLoop(const TaskSpec& task) {
    return task.parameter_iterator.has_value() || task.artifact_iterator.has_value();
  }

  static bool AddParameter(ComponentSpec& group, const std::string& name,
                           const ComponentSpec& producer, const OutputSelector& selector,
                           bool looped) {
    auto output = producer.output_parameters.find(selector.output_key);
    if (output == producer.output_parameters.end()) return false;
    OutputParameter copy = output->second;
    if (looped) copy.type = ParameterType::kList;
    group.output_parameters.emplace(name, std::move(copy));
    DagOf(group).output_parameters.emplace(name, DagOutputParameter{{selector}, false});
    return true;
  }

  static bool AddArtifact(ComponentSpec& group, const std::string& name,
                          const ComponentSpec& producer, const OutputSelector& selector,
                          bool looped) {
    auto output = producer.output_artifacts.find(selector.output_key);
    if (output == producer.output_artifacts.end()) return false;
    OutputArtifact copy = output->second;
    copy.is_list = copy.is_list || looped;
    group.output_artifacts.emplace(name, std::move(copy));
    DagOf(group).output_artifacts.emplace(name, DagOutputArtifact{{selector}});
    return true;
  }

  PipelineSpec& spec_;
  size_t steps_ = 0;  // over the whole pipeline: bounds the work a hostile one can ask for
};

}  // namespace

void HoistNestedOutputs(PipelineSpec& spec) {
  OutputHoister hoister(spec);
  if (spec.root.dag) hoister.Hoist(spec.root);
  for (auto& [name, component] : spec.components) {
    if (component.dag) hoister.Hoist(component);
  }
}

}  // namespace penstock::ir
