// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "engine/executor.h"
#include "engine/run_state.h"

namespace penstock::engine {

// What the scheduler is told.
struct RunAdded {
  std::unique_ptr<RunState> run;
};
struct TaskStarted {
  std::string run_id, task_id;
  int attempt = 0;
};
struct TaskDone {
  std::string run_id, task_id;
  int attempt = 0;
  TaskOutcome outcome;
  bool launched = true;  // false: it failed or was cancelled before the executor was given it
};
// Answered when the decision is stored, or cannot be.
struct TerminateAsked {
  std::string run_id;
  std::promise<base::Status> answer;
};
struct RetryAsked {
  std::unique_ptr<RunState> run;  // read back from the database
  std::promise<base::Status> answer;
};
// The answer to one of RunChanges::awaited.
struct ArtifactPublished {
  std::string run_id, artifact_id;
  base::Result<std::string> content;
};
using Event =
    std::variant<RunAdded, TaskStarted, TaskDone, ArtifactPublished, TerminateAsked, RetryAsked>;

// Events on their way to the scheduler's thread. Unbounded, because its senders must not wait: it
// holds at most two events for each task that runs, and one for each artifact that is awaited.
// Thread-safe.
class EventQueue {
 public:
  // False where the queue is closed; the event is then left untouched.
  bool Push(Event&& event);
  // Waits until there is an event, the time has passed or the queue is closed, and takes up to
  // `most` events. Without a time it waits for ever.
  std::vector<Event> Take(std::optional<std::chrono::milliseconds> wait, size_t most);
  // Nothing is taken or given any more. Returns what was left.
  std::deque<Event> Close();
  bool closed() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  bool closed_ = false;
};

}  // namespace penstock::engine
