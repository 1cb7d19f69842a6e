// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/dag_outputs.h"
#include "engine/dag_plan.h"
#include "engine/demand.h"
#include "engine/executor.h"
#include "engine/run_changes.h"
#include "engine/run_context.h"
#include "engine/task_node.h"
#include "metadata/run.h"

namespace penstock::engine {

struct StoredTree;  // of run_restoring.cc

// One attempt, ready for the executor.
struct LaunchRequest {
  TaskLaunch launch;
  bool late_image = false;  // the image came from a placeholder, so it has not been checked yet
};

struct RunSettings {
  std::string default_pipeline_root;
  bool cache = true;
  Capacity capacity = {};  // of the executor
  // NamedValues::Version; where it is absent, or fails, tasks go by the names alone.
  std::function<base::Result<std::string>(NamedKind, std::string_view)> named_version = {};
};

// What the database holds of a run.
struct StoredRun {
  metadata::Run run;
  std::vector<metadata::Task> tasks;
  std::vector<metadata::Artifact> artifacts;
  std::vector<metadata::ArtifactTask> uses;
};

// One run as a state machine: takes events, decides what follows, and collects it as RunChanges. It
// does no input or output and knows no threads; time comes with each event, and `random` only makes
// ids. docs/concepts/runs.md describes the states. Not thread-safe.
class RunState {
 public:
  // A new run, or one read back (its row alone is what a new one has). `random` must outlive this.
  RunState(std::shared_ptr<const RunPlan> plan, StoredRun stored, const RunSettings& settings,
           base::Random& random);

  // Begins a new run, or continues one that was read back: tasks that were with the executor are
  // launched once more as new attempts, for nobody knows what became of the old ones.
  void Continue(base::Time now);
  void OnStarted(const std::string& task_id, int attempt, base::Time now);
  // Ignored unless it is of the attempt that is running: outputs are taken once.
  void OnDone(const std::string& task_id, int attempt, TaskOutcome outcome, base::Time now);
  // A wait of `timers` is over: of a task, or with "" of the run as a whole.
  void OnTimer(const std::string& task_id, base::Time now);
  void OnCacheAnswer(const std::string& task_id, CacheAnswer answer, base::Time now);
  // The content of an artifact of `awaited` is known, or it is not stored after all.
  void OnPublished(const std::string& artifact_id, base::Result<std::string> content,
                   base::Time now);
  // Cancels what runs, starts nothing more; the run ends as FAILED. kFailedPrecondition after it
  // has ended.
  base::Status Terminate(base::Time now);
  // Of an ended run, read back: opens it again, keeps what succeeded and runs the rest again.
  // kAborted unless the run has failed.
  base::Status Retry(base::Time now);

  const metadata::Run& run() const { return run_; }
  bool finished() const { return metadata::IsFinal(run_.state); }
  const TaskNode& root() const { return *root_; }

  // Of an ended run, how long its workspace is kept; nothing where it had none.
  std::optional<std::chrono::seconds> WorkspaceTime() const;

  std::vector<std::string> LaunchedTasks() const;
  // What the executor is to be given for a task of `launches`. The error, kCancelled where it is
  // not wanted any more, is to be handed to OnDone as the task's failure.
  base::Result<LaunchRequest> PrepareLaunch(const std::string& task_id) const;
  int AttemptOf(const std::string& task_id) const;  // -1 where there is no such task
  int PriorityOf(const std::string& task_id) const;
  Demand DemandOf(const std::string& task_id) const;
  std::vector<CacheLookup> TakeLookups() { return std::exchange(lookups_, {}); }
  // Not yet stored. They pile up until MarkStored, which hands over their effects.
  const RunChanges& changes() const { return changes_; }
  RunChanges MarkStored();

 private:
  // run_state.cc: events, and what is common to all
  TaskNode* Find(const std::string& task_id) const;
  void SetRunState(metadata::RuntimeState state, const std::string& error = "");
  void SetState(TaskNode& node, metadata::RuntimeState state, const std::string& error = "");
  void Touch(TaskNode& node);
  void EnsureRow(TaskNode& node);
  void RecordUses(TaskNode& node, metadata::ArtifactUse use, const ArtifactMap& artifacts);
  void Publish(TaskNode& node, TaskOutcome& outcome);
  void RememberAttempt(TaskNode& node, const TaskOutcome& outcome);
  bool DelayRetry(TaskNode& node, const std::string& error);
  void ClearRetry(TaskNode& node);

  // run_progress.cc: how tasks and DAGs follow from each other
  void Drain();
  void Decide(TaskNode& node);
  bool UpstreamsAllow(TaskNode& node);
  bool TakeInputs(TaskNode& node);
  bool ConditionHolds(TaskNode& node);
  void MakeChildren(TaskNode& node);
  void OpenDag(TaskNode& node);
  void OpenLoop(TaskNode& node);
  TaskNode& Iteration(TaskNode& loop, size_t iteration);
  void StartIterations(TaskNode& loop);
  void Complete(TaskNode& node);
  void Settle(TaskNode& node, metadata::RuntimeState state, const std::string& error = "");
  void SettleBelow(TaskNode& node);
  void NotifySettled(TaskNode& node);
  void FinishRun();

  // run_tasks.cc: containers and importers
  void BeginContainer(TaskNode& node);
  void Launch(TaskNode& node);
  void BeginImport(TaskNode& node);
  void FinishImport(TaskNode& node, ir::RuntimeArtifact artifact);

  // run_reuse.cc: what need not run again
  text::Json::Object NamedVersions(const TaskNode& node) const;
  bool MayUseCache(const TaskNode& node) const;
  bool MayTakeOver(const TaskNode& node) const;
  bool MustRun(const TaskNode& node) const;
  void MarkRan(TaskNode& node);
  void OfferToCache(TaskNode& node);

  // run_pending.cc: artifacts whose digests are worked out while the run goes on
  void AwaitPending(const ArtifactMap& artifacts);
  bool HoldForContent(TaskNode& node);
  void AwaitContent(TaskNode& node);
  void FailOutput(TaskNode& node, const std::string& artifact_id, const std::string& why);
  void CatchUp(TaskNode& node);

  // run_reopening.cc: terminate and retry
  void Cancel(const std::string& why);
  std::optional<base::Time> Deadline() const;
  void SetDeadline();
  void OnDeadline();
  void CancelBelow(TaskNode& node);
  void RerunBelow(TaskNode& node);
  void Rerun(TaskNode& node);
  void Reset(TaskNode& node);

  // run_restoring.cc: back from the database
  void Restore(StoredRun stored);
  void RestoreBelow(TaskNode& node, StoredTree& tree);
  void RestoreRow(TaskNode& node, StoredTree& tree, metadata::Task row);
  void ResumeBelow(TaskNode& node);
  void ResumeLoop(TaskNode& loop);

  bool canceling() const { return run_.state == metadata::RuntimeState::kCanceling; }

  std::shared_ptr<const RunPlan> plan_;
  metadata::Run run_;
  RunContext context_;
  RunSettings settings_;
  base::Random& random_;
  base::Time now_;
  std::unique_ptr<TaskNode> root_;
  std::unordered_map<std::string, TaskNode*> by_id_;
  std::deque<TaskNode*> work_;  // to be decided (waiting) or completed (open)
  std::vector<CacheLookup> lookups_;
  std::unordered_map<std::string, ir::RuntimeArtifact> imports_;  // awaiting an answer, by task id
  std::set<std::string> pending_;  // ids of artifacts whose content is awaited
  std::set<std::string> held_;     // ids of tasks that wait for it, to look for earlier results
  RunChanges changes_;
};

}  // namespace penstock::engine
