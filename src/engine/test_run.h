// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/executor.h"
#include "engine/run_state.h"
#include "text/json.h"

namespace penstock::engine {

using text::Json;

// What a container does in a test, from its launch.
using Behaviour = std::function<TaskOutcome(const TaskLaunch&)>;

// Succeeds. A STRING output is the task's name with its parameters: "b(x=1)"; a number is the sum
// of the numbers that came in, plus one; a BOOLEAN is true; lists and structs hold the inputs.
TaskOutcome Succeed(const TaskLaunch& launch);
TaskOutcome FailWith(const std::string& message);

// A run state with nothing around it: its rows are kept in memory as a database would keep them,
// and the test decides when tasks end and when the server dies. Every event is a second later than
// the one before.
class TestRun {
 public:
  explicit TestRun(const Json& spec, Json::Object arguments = {}, unsigned seed = 1);

  void Start();
  // What tasks of that name do from now on; others succeed.
  void On(const std::string& task, Behaviour behaviour) {
    behaviours_[task] = std::move(behaviour);
  }
  // Ends one launched task, of that name or the oldest; false where none is running.
  bool Step(const std::string& task = "");
  // The same, or lets the next wait end where nothing runs; false where the run does nothing more.
  bool StepOrFire() { return Step() || FireTimer() || Publish(); }
  // From now on the content of what tasks store is known later, when Publish() says so.
  void PublishLate() { late_ = true; }
  // Makes known the content of the oldest artifact that is awaited, or that it is not stored; false
  // where none is.
  bool Publish(const std::string& failure = "");
  // Before Start: the run is made from another.
  void MadeFrom(const std::string& origin, const std::string& run_id,
                const std::string& rerun_from = "") {
    rows_.run.origin = origin;
    rows_.run.origin_run_id = run_id;
    rows_.run.rerun_from = rerun_from;
    Load();
  }
  // Lets everything happen until nothing more does.
  void Finish();
  base::Status Terminate();
  base::Status Retry();  // reads the run back from its rows first
  // Forgets all but the rows, as kill -9 does, and goes on from them.
  void Crash();
  // Forgets the last `commits` too, though they have had their effects, as a power loss may do; but
  // not what somebody has waited for.
  void LosePower(size_t commits);

  metadata::RuntimeState state() const { return state_->run().state; }
  const metadata::Run& run() const { return state_->run(); }
  const RunState& machine() const { return *state_; }
  RunState& machine() { return *state_; }
  base::Time Tick() { return now_ += std::chrono::seconds(1); }

  // "a", "group/b", "loop/2/b"; "" is the root. Null where there is no such row.
  const metadata::Task* Row(const std::string& path) const;
  std::string State(const std::string& path) const;  // "SUCCEEDED", "CACHED", or "-" for no row
  Json Output(const std::string& path, const std::string& key) const;
  std::vector<std::string> running() const;  // names of launched tasks
  const std::vector<TaskLaunch>& launches() const { return all_; }
  size_t LaunchesOf(const std::string& task) const;
  const TaskLaunch& LastLaunchOf(const std::string& task) const;
  // All rows as text without what differs from run to run: ids, times, attempts, addresses.
  std::string Summary() const;
  // Where one task has two artifacts recorded for the same place of an output; "" where none has.
  std::string DoublePublication() const;
  size_t commits() const { return commits_; }
  // Called before changes are stored; returning false means that the server dies before.
  std::function<bool()> before_commit;
  void AnswerCacheWith(std::function<std::optional<CacheHit>(const CacheLookup&)> cache) {
    cache_ = std::move(cache);
  }
  // Whether the cache may have something for what is known by its outline only; without: never.
  void AnswerOutlinesWith(std::function<bool(const CacheLookup&)> may_have) {
    may_have_ = std::move(may_have);
  }
  const StoredRun& rows() const { return rows_; }
  const std::vector<metadata::CacheEntry>& cache_entries() const { return cache_entries_; }
  size_t awaited() const { return awaited_.size(); }

 private:
  void Load();
  bool Settle();  // stores and carries out; false where the server died
  bool FireTimer();

  std::shared_ptr<const RunPlan> plan_;
  base::SeededRandom random_;
  base::Time now_{std::chrono::seconds(1'000'000)};
  StoredRun rows_;
  std::map<std::string, size_t> row_index_;
  std::unique_ptr<RunState> state_;
  std::vector<TaskLaunch> running_;
  std::vector<TaskLaunch> all_;
  std::vector<TimerRequest> timers_;
  std::vector<PendingArtifact> awaited_;
  std::vector<metadata::CacheEntry> cache_entries_;
  bool late_ = false;
  std::map<std::string, Behaviour> behaviours_;
  std::function<std::optional<CacheHit>(const CacheLookup&)> cache_;
  std::function<bool(const CacheLookup&)> may_have_;
  size_t commits_ = 0;
  struct Kept {
    StoredRun rows;
    std::map<std::string, size_t> row_index;
  };
  std::deque<Kept> kept_;  // what the last commits found, for LosePower
};

}  // namespace penstock::engine
