// SPDX-License-Identifier: Apache-2.0
#include "engine/scheduler.h"

#include <algorithm>
#include <utility>

#include "engine/run_storage.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kLargestBatch = 1024;  // events that share a transaction
constexpr milliseconds kFirstStall{100};
constexpr milliseconds kLongestStall{30'000};
constexpr milliseconds kNoted{20};            // how much later it shows that a task has begun
constexpr milliseconds kLongestSleep{1'000};  // so that a set clock is noticed by timers

Status Stopped() { return Fail(Code::kUnavailable, "the engine is stopping"); }

}  // namespace

Scheduler::Scheduler(metadata::MetadataStore& metadata, Executor& executor,
                     const base::Clock& clock, base::Logger& logger, const ResultFinder& finder,
                     NamedValues* named_values)
    : metadata_(metadata),
      executor_(executor),
      clock_(clock),
      logger_(logger),
      named_values_(named_values),
      finder_(finder),
      launches_(executor.capacity()) {
  thread_ = std::thread([this] { Loop(); });
}

Scheduler::~Scheduler() { Stop(); }

bool Scheduler::Add(std::unique_ptr<RunState> run) {
  return queue_->Push(RunAdded{std::move(run)});
}

Status Scheduler::Terminate(const std::string& run_id) {
  std::promise<Status> promise;
  auto answer = promise.get_future();
  if (!queue_->Push(TerminateAsked{run_id, std::move(promise)})) return Stopped();
  return answer.get();
}

Status Scheduler::Retry(std::unique_ptr<RunState> run) {
  std::promise<Status> promise;
  auto answer = promise.get_future();
  if (!queue_->Push(RetryAsked{std::move(run), std::move(promise)})) return Stopped();
  return answer.get();
}

void Scheduler::Stop() {
  std::deque<Event> left = queue_->Close();
  for (Event& event : left) {
    if (auto* asked = std::get_if<TerminateAsked>(&event)) asked->answer.set_value(Stopped());
    if (auto* asked = std::get_if<RetryAsked>(&event)) asked->answer.set_value(Stopped());
  }
  std::lock_guard lock(stop_mutex_);
  if (thread_.joinable()) thread_.join();
}

void Scheduler::Loop() {
  while (!queue_->closed()) {
    std::vector<Event> events = queue_->Take(TimeToWait(), kLargestBatch);
    for (Event& event : events) std::visit([this](auto& e) { Apply(e); }, event);
    FireTimers();
    // What has ended has made room for what was decided before, and need not be stored for that.
    if (!queue_->closed()) StartTasks();
    DecideNoted();
    StoreDecisions();
    if (!queue_->closed()) StartTasks();
  }
  for (auto& [id, run] : runs_) {
    for (auto& waiting : run.waiting) waiting.set_value(Stopped());
  }
}

void Scheduler::Apply(RunAdded& event) {
  const std::string id = event.run->run().id;
  if (event.run->finished() || runs_.contains(id)) return;
  event.run->Continue(clock_.Now());
  runs_[id].state = std::move(event.run);
  undecided_.insert(id);
}

void Scheduler::Apply(TaskStarted& event) {
  ActiveRun* run = Find(event.run_id);
  if (run == nullptr) return;
  run->state->OnStarted(event.task_id, event.attempt, clock_.Now());
  if (noted_.empty()) noted_until_ = steady_clock::now() + kNoted;
  noted_.insert(event.run_id);
}

void Scheduler::DecideNoted() {
  if (noted_.empty() || noted_until_ > steady_clock::now()) return;
  undecided_.merge(noted_);
  noted_.clear();  // of those that were undecided already
}

void Scheduler::Apply(TaskDone& event) {
  if (event.launched) launches_.Finished(event.task_id);
  ActiveRun* run = Find(event.run_id);
  if (run == nullptr) return;
  run->state->OnDone(event.task_id, event.attempt, std::move(event.outcome), clock_.Now());
  undecided_.insert(event.run_id);
}

void Scheduler::Apply(ArtifactPublished& event) {
  ActiveRun* run = Find(event.run_id);
  if (run == nullptr) return;
  run->state->OnPublished(event.artifact_id, std::move(event.content), clock_.Now());
  undecided_.insert(event.run_id);
}

void Scheduler::Apply(TerminateAsked& event) {
  ActiveRun* run = Find(event.run_id);
  if (run == nullptr) return event.answer.set_value(AbsentRun(event.run_id));
  if (Status status = run->state->Terminate(clock_.Now()); !status) {
    return event.answer.set_value(std::move(status));
  }
  run->waiting.push_back(std::move(event.answer));
  undecided_.insert(event.run_id);
}

void Scheduler::Apply(RetryAsked& event) {
  const std::string id = event.run->run().id;
  if (runs_.contains(id)) {
    return event.answer.set_value(Fail(Code::kAborted, "Run " + id + " has not ended"));
  }
  if (Status status = event.run->Retry(clock_.Now()); !status) {
    return event.answer.set_value(std::move(status));
  }
  ActiveRun& run = runs_[id];
  run.state = std::move(event.run);
  run.waiting.push_back(std::move(event.answer));
  undecided_.insert(id);
}

Scheduler::ActiveRun* Scheduler::Find(const std::string& run_id) {
  auto found = runs_.find(run_id);
  return found == runs_.end() ? nullptr : &found->second;
}

// Why a run that is not in memory cannot be terminated.
Status Scheduler::AbsentRun(const std::string& run_id) {
  auto run = metadata_.runs.Get(run_id);
  if (!run) return Fail(std::move(run).error());
  if (metadata::IsFinal(run->state)) {
    return Fail(Code::kFailedPrecondition, "Run " + run_id + " has already ended as " +
                                               std::string(RuntimeStateName(run->state)));
  }
  return Fail(Code::kUnavailable, "Run " + run_id + " is about to start; try again");
}

void Scheduler::FireTimers() {
  const base::Time now = clock_.Now();
  while (!timers_.empty() && timers_.top().due <= now) {
    Timer timer = timers_.top();
    timers_.pop();
    ActiveRun* run = Find(timer.run_id);
    if (run == nullptr) continue;
    run->state->OnTimer(timer.task_id, now);
    undecided_.insert(timer.run_id);
  }
}

// An answer may lead to further questions.
void Scheduler::AnswerLookups(ActiveRun& run) {
  for (;;) {
    std::vector<CacheLookup> lookups = run.state->TakeLookups();
    if (lookups.empty()) return;
    for (const CacheLookup& lookup : lookups) {
      auto answer = finder_.Answer(lookup);
      if (!answer) {
        logger_.Warning("cannot look for earlier results; running the task",
                        {{"task", lookup.task_id}, {"error", answer.error().message()}});
        answer = CacheAnswer();
      }
      run.state->OnCacheAnswer(lookup.task_id, *std::move(answer), clock_.Now());
    }
  }
}

void Scheduler::StoreDecisions() {
  std::vector<ActiveRun*> ready;
  const SteadyTime now = steady_clock::now();
  for (const std::string& id : undecided_) {
    ActiveRun* run = Find(id);
    if (run == nullptr) continue;
    AnswerLookups(*run);
    if (run->stall.count() == 0 || run->next_try <= now) ready.push_back(run);
  }
  if (ready.empty()) return;
  for (const ActiveRun* run : ready) {
    if (run->state->finished()) executor_.Settle(run->state->run().id);
  }
  // One run's trouble must not hold up the others.
  if (StoreTogether(ready)) {
    for (ActiveRun* run : ready) CarryOut(*run);
  } else {
    for (ActiveRun* run : ready) StoreAlone(*run);
  }
}

Status Scheduler::StoreTogether(const std::vector<ActiveRun*>& runs) {
  bool anything = std::any_of(runs.begin(), runs.end(), [](const ActiveRun* run) {
    return run->state->changes().AnythingToStore();
  });
  if (!anything) return {};
  auto store = [&](metadata::Transaction& tx) -> Status {
    for (const ActiveRun* run : runs) {
      PENSTOCK_RETURN_IF_ERROR(
          StoreChanges(metadata_, tx, run->state->run(), run->state->changes(), clock_.Now()));
    }
    return {};
  };
  // Ends, and what somebody waits for, must outlast a power loss; the way there need not
  // (docs/decisions/0044-progress-and-power.md).
  bool final = std::any_of(runs.begin(), runs.end(), [](const ActiveRun* run) {
    return run->state->finished() || !run->waiting.empty();
  });
  return final ? metadata_.database.Write(store) : metadata_.database.WriteSoon(store);
}

void Scheduler::StoreAlone(ActiveRun& run) {
  if (Status status = StoreTogether({&run}); !status) {
    Stall(run, status.error());
  } else {
    CarryOut(run);
  }
}

void Scheduler::Stall(ActiveRun& run, const base::Error& error) {
  const std::string& id = run.state->run().id;
  for (auto& waiting : run.waiting) waiting.set_value(Fail(Code::kUnavailable, error.message()));
  run.waiting.clear();
  auto row = metadata_.runs.Get(id);
  if (!row && row.error().code() == Code::kNotFound) {
    logger_.Info("a run was deleted while it ran", {{"run", id}});
    for (const std::string& task : run.state->LaunchedTasks()) executor_.Cancel(task);
    return Drop(run);
  }
  if (run.stall.count() == 0) {
    logger_.Error("cannot store the progress of a run; trying again until it works",
                  {{"run", id}, {"error", error.message()}});
  }
  run.stall = run.stall.count() == 0 ? kFirstStall : std::min(run.stall * 2, kLongestStall);
  run.next_try = steady_clock::now() + run.stall;
}

// The decisions are stored: now they may have effects.
void Scheduler::CarryOut(ActiveRun& run) {
  const std::string id = run.state->run().id;
  if (run.stall.count() > 0) logger_.Info("the run goes on", {{"run", id}});
  run.stall = milliseconds(0);
  undecided_.erase(id);
  noted_.erase(id);
  RunChanges changes = run.state->MarkStored();
  for (auto& waiting : run.waiting) waiting.set_value(Status());
  run.waiting.clear();
  for (const std::string& task : changes.launches) {
    launches_.Add({id, task, run.state->PriorityOf(task), run.state->DemandOf(task)});
  }
  for (const std::string& task : changes.cancels) CancelTask(id, task);
  for (const PendingArtifact& artifact : changes.awaited) AwaitWhole(id, artifact);
  for (TimerRequest& timer : changes.timers) timers_.push({timer.due, id, timer.task_id});
  if (!run.state->finished()) return;
  logger_.Info("run ended", {{"run", id}, {"state", RuntimeStateName(run.state->run().state)}});
  if (auto time = run.state->WorkspaceTime()) executor_.KeepWorkspace(id, *time);
  Drop(run);
}

void Scheduler::AwaitWhole(const std::string& run_id, const PendingArtifact& artifact) {
  finder_.WhenWhole(
      artifact.uri, [queue = queue_, run_id, id = artifact.id, size = artifact.size](auto stored) {
        base::Result<std::string> content;
        if (stored && size >= 0 && stored->size != static_cast<uint64_t>(size)) {
          // Of a directory some files may be there and others not.
          content = Fail(Code::kInternal, "of " + std::to_string(size) + " bytes " +
                                              std::to_string(stored->size) + " are there");
        } else if (stored) {
          content = std::move(stored->content);
        } else {
          content = Fail(std::move(stored).error());
        }
        queue->Push(ArtifactPublished{run_id, id, std::move(content)});
      });
}

void Scheduler::StartTasks() {
  while (auto next = launches_.Next()) {
    Status status = StartTask(next->run_id, next->task_id);
    if (status) continue;
    launches_.Finished(next->task_id);
    TaskDone done{next->run_id, next->task_id, -1, {}};
    if (ActiveRun* run = Find(next->run_id)) done.attempt = run->state->AttemptOf(next->task_id);
    done.outcome.message = status.error().message();
    done.launched = false;
    queue_->Push(std::move(done));
  }
}

Status Scheduler::StartTask(const std::string& run_id, const std::string& task_id) {
  ActiveRun* run = Find(run_id);
  if (run == nullptr) return Fail(Code::kCancelled, "the run has gone");
  PENSTOCK_TRY(LaunchRequest request, run->state->PrepareLaunch(task_id));
  TaskLaunch& launch = request.launch;
  if (request.late_image) {
    ir::ContainerSpec container;
    container.image = launch.image;
    container.command = launch.command;
    container.env = launch.env;
    container.resources = launch.resources;
    PENSTOCK_RETURN_IF_ERROR(executor_.CheckRunnable(container));
  }
  PENSTOCK_RETURN_IF_ERROR(FillNamed(launch, named_values_));
  const int attempt = launch.attempt;
  auto started = [queue = queue_, run_id, task_id, attempt] {
    queue->Push(TaskStarted{run_id, task_id, attempt});
  };
  auto done = [queue = queue_, run_id, task_id, attempt](TaskOutcome outcome) {
    queue->Push(TaskDone{run_id, task_id, attempt, std::move(outcome)});
  };
  executor_.Start(std::move(launch), std::move(started), std::move(done));
  return {};
}

void Scheduler::CancelTask(const std::string& run_id, const std::string& task_id) {
  if (!launches_.Remove(run_id, task_id)) return executor_.Cancel(task_id);
  TaskDone done{run_id, task_id, Find(run_id)->state->AttemptOf(task_id), {}};
  done.outcome.kind = TaskOutcome::Kind::kCancelled;
  done.launched = false;
  queue_->Push(std::move(done));
}

void Scheduler::Drop(ActiveRun& run) {
  const std::string id = run.state->run().id;
  undecided_.erase(id);
  noted_.erase(id);
  launches_.RemoveRun(id);
  runs_.erase(id);
}

std::optional<milliseconds> Scheduler::TimeToWait() const {
  std::optional<milliseconds> wait;
  if (!timers_.empty()) {
    auto left = std::chrono::ceil<milliseconds>(timers_.top().due - clock_.Now());
    wait = std::clamp(left, milliseconds(0), kLongestSleep);
  }
  const SteadyTime now = steady_clock::now();
  auto wait_until = [&](SteadyTime due) {
    auto left = std::chrono::ceil<milliseconds>(due - now);
    left = std::clamp(left, milliseconds(0), kLongestSleep);
    wait = wait ? std::min(*wait, left) : left;
  };
  for (const std::string& id : undecided_) wait_until(runs_.at(id).next_try);
  if (!noted_.empty()) wait_until(noted_until_);
  return wait;
}

}  // namespace penstock::engine
