// SPDX-License-Identifier: Apache-2.0
#include "executor/local/attempt_outcome.h"

#include <utility>

namespace penstock::executor {
namespace {

using engine::TaskOutcome;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

}  // namespace

milliseconds GivenAttempt::Waited() const {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - queued);
}

int64_t Stopwatch::Lap() {
  const auto now = steady_clock::now();
  const auto lap = std::chrono::duration_cast<milliseconds>(now - last_);
  last_ = now;
  return lap.count();
}

TaskOutcome CancelledOutcome(std::string why) {
  TaskOutcome outcome;
  outcome.kind = TaskOutcome::Kind::kCancelled;
  outcome.message = std::move(why);
  return outcome;
}

TaskOutcome CancelledOutcome(TaskLog& log) {
  log.Note("cancelled");
  return CancelledOutcome(std::string("cancelled"));
}

TaskOutcome TimedOutOutcome(const engine::TaskLaunch& launch, TaskLog& log) {
  TaskOutcome outcome;
  outcome.message = "timed out after " + std::to_string(launch.timeout->count()) + " s";
  log.Note(outcome.message);
  return outcome;
}

TaskOutcome EndedOutcome(int exit_code, const std::string& message, TaskLog& log) {
  TaskOutcome outcome;
  outcome.exit_code = exit_code;
  if (exit_code == 0) {
    outcome.kind = TaskOutcome::Kind::kSucceeded;
    return outcome;
  }
  outcome.message = message;
  log.Note(outcome.message);
  const std::string tail = log.Tail();
  if (!tail.empty()) outcome.message += "; the end of its log:\n" + tail;
  return outcome;
}

void PublishLog(const std::string& task_id, const std::string& path, const std::string& uri,
                engine::ArtifactStore& artifacts, base::Logger& logger) {
  if (uri.empty()) return;
  const auto published = artifacts.Publish(path, uri);
  if (published) return;
  logger.Warning("cannot store the log of a task",
                 {{"task", task_id}, {"why", published.error().message()}});
}

}  // namespace penstock::executor
