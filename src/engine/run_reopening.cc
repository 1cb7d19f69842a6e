// SPDX-License-Identifier: Apache-2.0
#include "engine/input_resolution.h"
#include "engine/loop_items.h"
#include "engine/run_state.h"

// What people do to a run: end it early, or try it again.
namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using metadata::RuntimeState;

Status RunState::Terminate(base::Time now) {
  now_ = now;
  if (canceling()) return {};
  if (finished()) {
    return Fail(Code::kFailedPrecondition, "Run " + run_.id + " has already ended as " +
                                               std::string(RuntimeStateName(run_.state)));
  }
  SetRunState(RuntimeState::kCanceling);
  if (root_->row.id.empty()) {
    FinishRun();
    return {};
  }
  CancelBelow(*root_);
  Drain();
  return {};
}

// Asks for the end of everything that runs below; the rest will never begin.
void RunState::CancelBelow(TaskNode& node) {
  if (node.is_loop()) node.next_iteration = LoopSize(node);
  for (const auto& child : node.children) {
    switch (child->phase) {
      case Phase::kSettled:
        break;
      case Phase::kOpen:
        CancelBelow(*child);
        break;
      case Phase::kLaunched:
        changes_.cancels.push_back(child->row.id);
        break;
      case Phase::kWaiting:
      case Phase::kLookingUp:
      case Phase::kDelayed:
        child->phase = Phase::kSettled;
        if (child->row.id.empty()) break;  // it has no row and gets none
        child->row.finished_at = now_;
        SetState(*child, RuntimeState::kCanceled, "terminated");
        SettleBelow(*child);
        break;
    }
  }
  node.unsettled_children = 0;
  for (const auto& child : node.children) {
    if (child->phase != Phase::kSettled) ++node.unsettled_children;
  }
  work_.push_back(&node);
}

Status RunState::Retry(base::Time now) {
  now_ = now;
  if (run_.state != RuntimeState::kFailed && run_.state != RuntimeState::kCanceled) {
    return Fail(Code::kAborted, "Run " + run_.id + " cannot be retried: it is " +
                                    std::string(RuntimeStateName(run_.state)) +
                                    ", and only failed runs can");
  }
  run_.finished_at.reset();
  SetRunState(RuntimeState::kPending);
  SetRunState(RuntimeState::kRunning);
  EnsureRow(*root_);
  if (root_->row.inputs.empty())
    root_->row.inputs = RootInputs(root_->component(), run_.parameters);
  RerunBelow(*root_);
  root_->row.finished_at.reset();
  OpenDag(*root_);
  Drain();
  return {};
}

// Marks what is to run again below: what did not succeed, and all that comes after it, which an
// exit task may do that has succeeded.
void RunState::RerunBelow(TaskNode& node) {
  node.row.outputs.clear();
  node.output_artifacts.clear();
  for (const auto& child : node.children) {
    bool upstream_reruns = false;
    if (!node.is_loop()) {
      for (size_t position : child->planned->upstream) {
        if (node.children[position]->phase == Phase::kWaiting) upstream_reruns = true;
      }
    }
    if (upstream_reruns) {
      Reset(*child);
    } else if (!Succeeded(*child) && !SkippedByCondition(*child)) {
      Rerun(*child);
    }
  }
}

// The task itself failed or never ran; its inputs are what they were, so that what succeeded within
// it is kept.
void RunState::Rerun(TaskNode& node) {
  RerunBelow(node);
  node.phase = Phase::kWaiting;
  node.retries = 0;
  ClearRetry(node);
  if (node.row.id.empty()) return;
  node.row.finished_at.reset();
  node.row.exit_code.reset();
  if (node.row.details.is_object()) node.row.details.as_object().erase("retries");
  SetState(node, RuntimeState::kPending);
}

// Its inputs may become others, so that nothing of it is kept.
void RunState::Reset(TaskNode& node) {
  for (const auto& child : node.children) Reset(*child);
  node.phase = Phase::kWaiting;
  node.retries = 0;
  ClearRetry(node);
  node.row.outputs.clear();
  node.output_artifacts.clear();
  if (node.row.id.empty()) return;
  node.row.started_at.reset();
  node.row.finished_at.reset();
  node.row.exit_code.reset();
  if (node.row.details.is_object()) node.row.details.as_object().erase("retries");
  node.row.cached = false;
  node.row.cached_from_task_id.clear();
  SetState(node, RuntimeState::kPending);
}

}  // namespace penstock::engine
