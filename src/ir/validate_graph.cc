// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ir/validate.h"

namespace penstock::ir {
namespace {

// Finds a cycle by walking depth first with a stack of its own: pipelines come from outside, and
// chains in them may be long. `next(name)` gives the names that `name` leads to.
template <typename Next>
class CycleSearch {
 public:
  explicit CycleSearch(Next next) : next_(next) {}

  // The names on a cycle reachable from `start`, the first repeated at the end; else empty.
  std::vector<std::string> From(const std::string& start) {
    if (state_.contains(start)) return {};
    Enter(start);
    while (!stack_.empty()) {
      Step& step = stack_.back();
      if (step.position == step.next.size()) {
        state_[step.name] = State::kDone;
        stack_.pop_back();
        continue;
      }
      std::string target = step.next[step.position++];
      auto known = state_.find(target);
      if (known == state_.end()) {
        Enter(target);
      } else if (known->second == State::kOpen) {
        return CycleTo(target);
      }
    }
    return {};
  }

 private:
  enum class State { kOpen, kDone };
  struct Step {
    std::string name;
    std::vector<std::string> next;
    size_t position = 0;
  };

  void Enter(const std::string& name) {
    state_[name] = State::kOpen;
    stack_.push_back({name, next_(name)});
  }

  std::vector<std::string> CycleTo(const std::string& target) const {
    std::vector<std::string> cycle;
    for (const Step& step : stack_) {
      if (!cycle.empty() || step.name == target) cycle.push_back(step.name);
    }
    cycle.push_back(target);
    return cycle;
  }

  Next next_;
  std::map<std::string, State> state_;
  std::vector<Step> stack_;
};

std::string Arrows(const std::vector<std::string>& cycle) {
  constexpr size_t kMostShown = 20;
  std::string text;
  for (size_t i = 0; i < cycle.size(); ++i) {
    if (i == kMostShown) return text + " -> …";
    text += (i == 0 ? "" : " -> ") + cycle[i];
  }
  return text;
}

void CheckTaskCycles(const ComponentSpec& component, const Place& place, Problem& problem) {
  if (!component.dag) return;
  const auto& tasks = component.dag->tasks;
  // Shown in the direction of the data: from a task to those that wait for it.
  std::map<std::string, std::vector<std::string>> waiting;
  for (const auto& [name, task] : tasks) {
    for (const std::string& upstream : task.dependent_tasks) waiting[upstream].push_back(name);
  }
  CycleSearch search([&](const std::string& name) { return waiting[name]; });
  for (const auto& [name, task] : tasks) {
    std::vector<std::string> cycle = search.From(name);
    if (cycle.empty()) continue;
    problem.Report(place, "tasks wait for each other in a circle: " + Arrows(cycle));
    return;
  }
}

std::vector<std::string> InnerComponents(const ComponentSpec& component) {
  std::vector<std::string> inner;
  if (!component.dag) return inner;
  for (const auto& [name, task] : component.dag->tasks) inner.push_back(task.component);
  std::sort(inner.begin(), inner.end());
  inner.erase(std::unique(inner.begin(), inner.end()), inner.end());
  return inner;
}

void CheckRecursion(const PipelineSpec& spec, Problem& problem) {
  CycleSearch search([&](const std::string& name) {
    auto found = spec.components.find(name);
    return found == spec.components.end() ? std::vector<std::string>{}
                                          : InnerComponents(found->second);
  });
  Place components("components");
  for (const auto& [name, component] : spec.components) {
    std::vector<std::string> cycle = search.From(name);
    if (cycle.empty()) continue;
    problem.Report(Place(cycle.front(), &components),
                   "a component may not contain itself: " + Arrows(cycle));
    return;
  }
}

// How deep and how large a component is with everything inside it. The components are known to
// form no circle, so the recursion ends, and it stops at the limit.
class SizeCheck {
 public:
  SizeCheck(const PipelineSpec& spec, const PipelineLimits& limits)
      : spec_(spec), limits_(limits) {}

  // The number of tasks, or no more than just over the limit; 0 where the nesting is too deep.
  size_t Tasks(const ComponentSpec& component, size_t depth) {
    if (!component.dag) return 0;
    if (depth > limits_.nesting) {
      too_deep_ = true;
      return 0;
    }
    auto known = tasks_.find({component.name, depth});
    if (known != tasks_.end()) return known->second;
    size_t count = 0;
    for (const auto& [name, task] : component.dag->tasks) {
      ++count;
      auto inner = spec_.components.find(task.component);
      if (inner != spec_.components.end()) count += Tasks(inner->second, depth + 1);
      if (too_deep_ || count > limits_.tasks_in_all) break;
    }
    tasks_[{component.name, depth}] = count;
    return count;
  }

  bool too_deep() const { return too_deep_; }

 private:
  const PipelineSpec& spec_;
  const PipelineLimits& limits_;
  std::map<std::pair<std::string, size_t>, size_t> tasks_;
  bool too_deep_ = false;
};

}  // namespace

void CheckGraph(const PipelineSpec& spec, const PipelineLimits& limits, Problem& problem) {
  if (spec.components.size() > limits.components) {
    problem.Report(Place("components"),
                   "has more than " + std::to_string(limits.components) + " entries");
    return;
  }
  CheckRecursion(spec, problem);
  if (problem.found()) return;
  SizeCheck size(spec, limits);
  size_t tasks = size.Tasks(spec.root, 1);
  if (size.too_deep()) {
    problem.Report(Place("root"), "pipelines and groups are nested more than " +
                                      std::to_string(limits.nesting) + " deep");
  }
  if (tasks > limits.tasks_in_all) {
    problem.Report(Place("root"),
                   "has more than " + std::to_string(limits.tasks_in_all) + " tasks in all");
  }
  ForEachComponent(spec, [&](const ComponentSpec& component, Place place) {
    CheckTaskCycles(component, place, problem);
  });
}

}  // namespace penstock::ir
