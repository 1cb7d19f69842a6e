// SPDX-License-Identifier: Apache-2.0
#include "engine/run_forecast.h"

#include <string>
#include <utility>

namespace penstock::engine {

using Decision = PlannedStep::Decision;
using metadata::RuntimeState;
using metadata::TaskKind;

namespace {

// The tasks that one of a DAG waits for and that are not settled.
std::string WaitsFor(const TaskNode& node) {
  std::string names;
  if (node.row.kind == TaskKind::kIteration) return "a place among the loop's running iterations";
  for (size_t position : node.planned->upstream) {
    const TaskNode& upstream = *node.parent->children[position];
    if (upstream.phase == Phase::kSettled) continue;
    names += (names.empty() ? "'" : ", '") + upstream.row.name + "'";
  }
  return names;
}

class Forecast {
 public:
  explicit Forecast(const std::string& origin_run_id) : origin_run_id_(origin_run_id) {}

  void Below(const TaskNode& node) {
    for (const auto& child : node.children) {
      const size_t own = steps_.size();
      steps_.push_back(One(*child));
      if (child->has_children()) Below(*child);
      if (child->has_children() && child->phase == Phase::kSettled && own + 1 < steps_.size()) {
        steps_[own].decision = Together(own + 1, steps_[own].decision);
      }
    }
  }
  std::vector<PlannedStep> Take() { return std::move(steps_); }

 private:
  PlannedStep One(const TaskNode& node) {
    PlannedStep step;
    step.path = PathOf(node);
    step.name = node.row.name;
    step.display_name = node.row.display_name;
    step.kind = node.row.kind;
    step.reason = node.row.error;
    switch (node.phase) {
      case Phase::kWaiting:
      case Phase::kLookingUp:
        step.decision = Decision::kDepends;
        step.reason = "waits for " + WaitsFor(node);
        break;
      case Phase::kDelayed:
      case Phase::kLaunched:
      case Phase::kOpen:
        step.decision = Decision::kRun;
        break;
      case Phase::kSettled:
        Settled(node, step);
        break;
    }
    return step;
  }

  void Settled(const TaskNode& node, PlannedStep& step) {
    step.from_task_id = node.row.cached_from_task_id;
    step.from_run_id = node.row.cached_from_run_id;
    if (node.row.state == RuntimeState::kFailed) {
      step.decision = Decision::kFails;
    } else if (node.row.cached) {
      const bool own = !origin_run_id_.empty() && !node.taken_from_cache;
      step.decision = own ? Decision::kTakenOver : Decision::kCached;
    } else if (node.row.state == RuntimeState::kSucceeded) {
      step.decision =
          node.row.kind == TaskKind::kImporter ? Decision::kImported : Decision::kCached;
    } else {
      step.decision = Decision::kSkipped;
    }
  }

  // Of a DAG that has ended: taken over only where all that is in it was.
  Decision Together(size_t begin, Decision own) const {
    if (own != Decision::kCached) return own;
    for (size_t i = begin; i < steps_.size(); ++i) {
      if (steps_[i].decision == Decision::kCached && steps_[i].kind == TaskKind::kContainer) {
        return Decision::kCached;
      }
    }
    return origin_run_id_.empty() ? Decision::kCached : Decision::kTakenOver;
  }

  const std::string& origin_run_id_;
  std::vector<PlannedStep> steps_;
};

}  // namespace

std::vector<PlannedStep> ForecastRun(RunState& run, const ResultFinder& finder, base::Time now) {
  run.Continue(now);
  for (auto lookups = run.TakeLookups(); !lookups.empty(); lookups = run.TakeLookups()) {
    for (const CacheLookup& lookup : lookups) {
      auto answer = finder.Answer(lookup);
      if (!answer) answer = CacheAnswer();
      run.OnCacheAnswer(lookup.task_id, *std::move(answer), now);
    }
  }
  const std::string origin = run.run().origin == "CLONE" ? "" : run.run().origin_run_id;
  Forecast forecast(origin);
  forecast.Below(run.root());
  return forecast.Take();
}

}  // namespace penstock::engine
