// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/log.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "executor/local/task_log.h"
#include "sys/cancel_signal.h"

// What attempts have in common however they are run: as processes, or in containers.
namespace penstock::executor {

// An attempt that an executor was given, from then until it has answered.
struct GivenAttempt {
  engine::TaskLaunch launch;
  std::function<void()> started;
  std::function<void(engine::TaskOutcome)> done;
  std::chrono::steady_clock::time_point queued = std::chrono::steady_clock::now();
  sys::CancelSignal cancel;

  std::chrono::milliseconds Waited() const;  // so far
};

// Milliseconds since the last call, for the record of where time went.
class Stopwatch {
 public:
  int64_t Lap();

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

engine::TaskOutcome CancelledOutcome(std::string why);
// These two are noted in the log.
engine::TaskOutcome CancelledOutcome(TaskLog& log);
engine::TaskOutcome TimedOutOutcome(const engine::TaskLaunch& launch, TaskLog& log);
// Of a command that has ended by itself with that code; `message` is why it counts as a failure,
// where the code is not 0. A failure has the end of its log with it.
engine::TaskOutcome EndedOutcome(int exit_code, const std::string& message, TaskLog& log);

// Stores the finished log of a task where its launch wants it, "" for nowhere.
void PublishLog(const std::string& task_id, const std::string& path, const std::string& uri,
                engine::ArtifactStore& artifacts, base::Logger& logger);

}  // namespace penstock::executor
