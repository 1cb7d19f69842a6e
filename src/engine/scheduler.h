// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "engine/event_queue.h"
#include "engine/executor.h"
#include "engine/launch_queue.h"
#include "engine/named_values.h"
#include "engine/result_finder.h"
#include "engine/run_state.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// The thread on which all runs advance. It takes the events that have come, lets the runs decide,
// stores all their decisions in one transaction, and only then starts and cancels tasks. A run
// whose decisions cannot be stored (a full disk) waits and tries again; it loses nothing. Runs
// leave memory when they end. Thread-safe.
class Scheduler {
 public:
  // `named_values`, null for none, is where secrets and config maps are.
  Scheduler(metadata::MetadataStore& metadata, Executor& executor, const base::Clock& clock,
            base::Logger& logger, const ResultFinder& finder, NamedValues* named_values = nullptr);
  ~Scheduler();  // stops

  // Takes over a run and continues it. False after Stop.
  bool Add(std::unique_ptr<RunState> run);
  base::Status Terminate(const std::string& run_id);
  // `run` has ended and was read back; nobody else may be retrying it meanwhile.
  base::Status Retry(std::unique_ptr<RunState> run);
  // Returns when the thread has ended. Whoever waits for an answer gets kUnavailable.
  void Stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct ActiveRun {
    std::unique_ptr<RunState> state;
    std::vector<std::promise<base::Status>> waiting;  // for the next storing
    std::chrono::milliseconds stall{0};               // how long storing was put off last; 0: not
    SteadyTime next_try{};
  };
  struct Timer {
    base::Time due;
    std::string run_id, task_id;
    bool operator>(const Timer& other) const { return due > other.due; }
  };

  void Loop();
  void Apply(RunAdded& event);
  void Apply(TaskStarted& event);
  void Apply(TaskDone& event);
  void Apply(ArtifactPublished& event);
  void Apply(TerminateAsked& event);
  void Apply(RetryAsked& event);
  ActiveRun* Find(const std::string& run_id);
  void FireTimers();
  void DecideNoted();
  void AnswerLookups(ActiveRun& run);
  void StoreDecisions();
  base::Status StoreTogether(const std::vector<ActiveRun*>& runs);
  void StoreAlone(ActiveRun& run);
  void Stall(ActiveRun& run, const base::Error& error);
  void CarryOut(ActiveRun& run);
  void AwaitWhole(const std::string& run_id, const PendingArtifact& artifact);
  void StartTasks();
  base::Status StartTask(const std::string& run_id, const std::string& task_id);
  void CancelTask(const std::string& run_id, const std::string& task_id);
  void Drop(ActiveRun& run);
  std::optional<std::chrono::milliseconds> TimeToWait() const;
  base::Status AbsentRun(const std::string& run_id);

  metadata::MetadataStore& metadata_;
  Executor& executor_;
  const base::Clock& clock_;
  base::Logger& logger_;
  NamedValues* const named_values_;
  const ResultFinder& finder_;
  // Shared with the callbacks that the executor holds, which may come after the scheduler has gone.
  std::shared_ptr<EventQueue> queue_ = std::make_shared<EventQueue>();

  // Only the thread uses these.
  std::unordered_map<std::string, ActiveRun> runs_;
  LaunchQueue launches_;
  std::set<std::string> undecided_;  // runs with events since they were last stored
  // Runs of which no more is new than that tasks have begun: that has no effects and can wait a
  // little for what comes next, until `noted_until_`.
  std::set<std::string> noted_;
  SteadyTime noted_until_{};
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;

  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace penstock::engine
