// SPDX-License-Identifier: Apache-2.0
#include "engine/input_resolution.h"
#include "engine/loop_items.h"
#include "engine/platform_config.h"
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
  Cancel("terminated");
  return {};
}

void RunState::Cancel(const std::string& why) {
  SetRunState(RuntimeState::kCanceling, why);
  if (root_->row.id.empty()) return FinishRun();
  CancelBelow(*root_);
  Drain();
}

// The clock of the whole run starts when it last began to run, so that a retry has its full time.
std::optional<base::Time> RunState::Deadline() const {
  auto limit = RunTimeout(plan_->platform_json());
  if (!limit) return std::nullopt;
  base::Time begun = run_.created_at;
  for (const metadata::StateChange& change : run_.state_history) {
    if (change.state == RuntimeState::kRunning) begun = change.time;
  }
  return begun + *limit;
}

void RunState::SetDeadline() {
  if (auto deadline = Deadline()) changes_.timers.push_back({*deadline, ""});
}

void RunState::OnDeadline() {
  auto deadline = Deadline();
  if (!deadline || *deadline > now_ || canceling() || finished()) return;
  Cancel("the run took longer than its activeDeadlineSeconds allow");
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
  SetDeadline();
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
  node.row.cached_from_run_id.clear();
  SetState(node, RuntimeState::kPending);
}

}  // namespace penstock::engine
