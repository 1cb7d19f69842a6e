// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "engine/input_resolution.h"
#include "engine/loop_items.h"
#include "engine/run_state.h"

// How tasks and DAGs follow from each other. Everything goes through the work list rather than by
// recursion, so that a chain of thousands of tasks needs no deep stack.
namespace penstock::engine {

using metadata::RuntimeState;
using metadata::TaskKind;

void RunState::Drain() {
  while (!work_.empty()) {
    TaskNode& node = *work_.front();
    work_.pop_front();
    if (node.phase == Phase::kWaiting && node.waiting_on == 0) {
      Decide(node);
    } else if (node.phase == Phase::kOpen && node.unsettled_children == 0) {
      Complete(node);
    } else if (node.phase == Phase::kOpen && node.is_loop()) {
      StartIterations(node);
    }
  }
}

// All upstreams are settled: the task runs, or it is known that it never will.
void RunState::Decide(TaskNode& node) {
  EnsureRow(node);
  if (!UpstreamsAllow(node) || !TakeInputs(node) || !ConditionHolds(node)) return;
  switch (node.row.kind) {
    case TaskKind::kContainer:
      return BeginContainer(node);
    case TaskKind::kImporter:
      return BeginImport(node);
    case TaskKind::kLoop:
      return OpenLoop(node);
    case TaskKind::kRoot:
    case TaskKind::kDag:
    case TaskKind::kIteration:
      return OpenDag(node);
  }
}

// A dependency means "succeeded", strictly (kfp-contract 0.17), unless the task asks to run
// whatever happened (0.18).
bool RunState::UpstreamsAllow(TaskNode& node) {
  if (node.planned->spec->strategy == ir::TriggerStrategy::kAllUpstreamCompleted) return true;
  const TaskNode* skipped = nullptr;
  for (size_t position : node.planned->upstream) {
    const TaskNode& upstream = *node.parent->children[position];
    if (Succeeded(upstream)) continue;
    if (!SkippedByCondition(upstream)) {
      Settle(node, RuntimeState::kUnspecified,
             "not run: task '" + upstream.row.name + "' did not succeed");
      return false;
    }
    skipped = &upstream;
  }
  if (skipped == nullptr) return true;
  Settle(node, RuntimeState::kSkipped);
  return false;
}

bool RunState::TakeInputs(TaskNode& node) {
  auto inputs = ResolveInputs(node, context_);
  if (!inputs) {
    Settle(node, RuntimeState::kFailed, DescribeTask(node) + ", " + inputs.error().message());
    return false;
  }
  node.row.inputs = std::move(inputs->parameters);
  node.input_artifacts = std::move(inputs->artifacts);
  RecordUses(node, metadata::ArtifactUse::kInput, node.input_artifacts);
  Touch(node);
  return true;
}

bool RunState::ConditionHolds(TaskNode& node) {
  if (node.planned->condition == nullptr) return true;
  auto holds =
      node.planned->condition->EvaluateCondition(WithDefaults(node.component(), node.row.inputs));
  if (!holds) {
    Settle(node, RuntimeState::kFailed,
           DescribeTask(node) + ", condition: " + holds.error().message());
    return false;
  }
  if (!*holds) Settle(node, RuntimeState::kSkipped);
  return *holds;
}

void RunState::MakeChildren(TaskNode& node) {
  if (!node.children.empty()) return;
  const auto& planned = node.dag->tasks();
  node.children.reserve(planned.size());
  for (size_t position = 0; position < planned.size(); ++position) {
    auto child = std::make_unique<TaskNode>();
    child->parent = &node;
    child->planned = &planned[position];
    child->dag = planned[position].dag;
    child->position = position;
    child->row.kind = planned[position].kind;
    child->row.name = planned[position].spec->name;
    child->row.display_name = planned[position].spec->display_name;
    node.children.push_back(std::move(child));
  }
}

// Children that are settled already, in a run that is tried again, stay so.
void RunState::OpenDag(TaskNode& node) {
  node.phase = Phase::kOpen;
  if (!node.row.started_at) node.row.started_at = now_;
  SetState(node, RuntimeState::kRunning);
  MakeChildren(node);
  ResumeBelow(node);
}

void RunState::OpenLoop(TaskNode& node) {
  if (auto read = ReadLoopItems(node); !read) {
    return Settle(node, RuntimeState::kFailed, DescribeTask(node) + ", " + read.error().message());
  }
  node.phase = Phase::kOpen;
  if (!node.row.started_at) node.row.started_at = now_;
  SetState(node, RuntimeState::kRunning);
  ResumeLoop(node);
}

TaskNode& RunState::Iteration(TaskNode& loop, size_t iteration) {
  while (loop.children.size() <= iteration) {
    auto child = std::make_unique<TaskNode>();
    child->parent = &loop;
    child->planned = loop.planned;
    child->dag = loop.dag;
    child->position = loop.children.size();
    child->row.kind = TaskKind::kIteration;
    child->row.name = loop.row.name;
    child->row.display_name = loop.row.display_name;
    child->row.iteration = static_cast<int>(child->position);
    loop.children.push_back(std::move(child));
  }
  return *loop.children[iteration];
}

void RunState::StartIterations(TaskNode& loop) {
  const int limit = loop.planned->spec->parallelism_limit;
  const size_t at_once = limit > 0 ? static_cast<size_t>(limit) : LoopSize(loop);
  while (loop.next_iteration < LoopSize(loop) && loop.running_iterations < at_once) {
    size_t number = loop.next_iteration++;
    TaskNode& iteration = Iteration(loop, number);
    if (iteration.phase != Phase::kWaiting) continue;  // kept, or running already
    ++loop.running_iterations;
    EnsureRow(iteration);
    auto inputs = IterationInputs(loop, number);
    if (!inputs) {
      Settle(iteration, RuntimeState::kFailed,
             DescribeTask(iteration) + ", " + inputs.error().message());
      continue;
    }
    iteration.row.inputs = std::move(inputs->parameters);
    iteration.input_artifacts = std::move(inputs->artifacts);
    RecordUses(iteration, metadata::ArtifactUse::kInput, iteration.input_artifacts);
    OpenDag(iteration);
  }
}

namespace {

// Why a DAG failed: its first task that did, and how many more; "" where none did.
std::string FailureWithin(const TaskNode& dag) {
  const TaskNode* first = nullptr;
  size_t others = 0;
  for (const auto& child : dag.children) {
    if (child->phase != Phase::kSettled || Succeeded(*child) || SkippedByCondition(*child))
      continue;
    if (child->row.state == RuntimeState::kUnspecified) continue;
    first == nullptr ? static_cast<void>(first = child.get()) : static_cast<void>(++others);
  }
  if (first == nullptr) return "";
  std::string text = first->row.kind == TaskKind::kIteration
                         ? "iteration " + std::to_string(first->row.iteration)
                         : "task '" + first->row.name + "'";
  text += first->row.state == RuntimeState::kCanceled ? " was cancelled" : " failed";
  if (!first->row.error.empty()) text += ": " + first->row.error;
  if (others > 0) text += " (and " + std::to_string(others) + " more)";
  return text;
}

}  // namespace

void RunState::Complete(TaskNode& node) {
  if (node.is_root() && !pending_.empty()) return;  // OnPublished() comes back to it
  TaskOutputs outputs = node.is_loop() ? CollectLoopOutputs(node) : CollectDagOutputs(node);
  node.row.outputs = std::move(outputs.parameters);
  node.output_artifacts = std::move(outputs.artifacts);
  std::string failure = FailureWithin(node);
  if (canceling()) return Settle(node, RuntimeState::kCanceled, "terminated");
  if (!failure.empty() && DelayRetry(node, failure)) return;
  // An exit task may ask for what a failed DAG has made before it failed.
  RecordUses(node, metadata::ArtifactUse::kOutput, node.output_artifacts);
  Settle(node, failure.empty() ? RuntimeState::kSucceeded : RuntimeState::kFailed, failure);
}

void RunState::Settle(TaskNode& node, RuntimeState state, const std::string& error) {
  node.phase = Phase::kSettled;
  ClearRetry(node);
  if (!node.row.id.empty()) {
    node.row.finished_at = now_;
    SetState(node, state, error);
  }
  node.items.clear();
  node.artifact_items.clear();
  SettleBelow(node);
  NotifySettled(node);
}

// Rows below that a retry had opened again and nothing will run now.
void RunState::SettleBelow(TaskNode& node) {
  for (const auto& child : node.children) {
    if (child->phase != Phase::kWaiting || child->row.id.empty()) continue;
    child->phase = Phase::kSettled;
    child->row.finished_at = now_;
    SetState(*child, RuntimeState::kUnspecified);
    SettleBelow(*child);
  }
}

void RunState::NotifySettled(TaskNode& node) {
  if (node.is_root()) return FinishRun();
  TaskNode& parent = *node.parent;
  --parent.unsettled_children;
  if (parent.is_loop()) {
    if (parent.running_iterations > 0) --parent.running_iterations;
    work_.push_back(&parent);
    return;
  }
  for (size_t position : node.planned->downstream) {
    TaskNode& next = *parent.children[position];
    if (next.phase == Phase::kWaiting && --next.waiting_on == 0) work_.push_back(&next);
  }
  if (parent.unsettled_children == 0) work_.push_back(&parent);
}

void RunState::FinishRun() {
  run_.finished_at = now_;
  if (canceling()) return SetRunState(RuntimeState::kFailed, std::string(run_.error));
  SetRunState(root_->row.state, root_->row.error);
}

}  // namespace penstock::engine
