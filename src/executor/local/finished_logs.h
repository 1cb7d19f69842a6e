// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"

namespace penstock::executor {

// Stores the logs of tasks that have ended, so that what comes after a task need not wait for the
// disk. What is not stored yet is on record: where the process ends before, the next one goes on
// with it. How many wait is bounded, and large logs do not. Thread-safe.
class FinishedLogs {
 public:
  static constexpr uint64_t kLargest = uint64_t{1} << 20;  // bytes of one that may wait
  static constexpr size_t kMostWaiting = 256;

  // `log_directory` as LogPath() has it; `record` is a file of ours alone. The references outlive
  // this.
  FinishedLogs(std::string log_directory, std::string record, engine::ArtifactStore& artifacts,
               base::Logger& logger);
  FinishedLogs(const FinishedLogs&) = delete;
  FinishedLogs& operator=(const FinishedLogs&) = delete;
  ~FinishedLogs();  // when all are stored

  // Of an attempt whose log is written to no more: soon, or at once where it cannot wait. Never
  // fails: a log that cannot be stored is told of by the logger.
  void Store(const engine::TaskLaunch& launch);
  // Returns when those of the run are stored, or after ten seconds.
  void Await(const std::string& run_id);

 private:
  struct Finished {
    std::string run_id, task_id;
    int attempt = 0;
    std::string uri;
  };

  bool Keep(const Finished& log);
  void Run();
  void StoreNow(const Finished& log);
  void Forget(const Finished& log);
  void TakeUp();
  static std::string Line(const Finished& log);

  const std::string log_directory_, record_path_;
  engine::ArtifactStore& artifacts_;
  base::Logger& logger_;
  std::mutex mutex_;
  std::condition_variable come_, gone_;
  std::deque<Finished> waiting_;
  std::map<std::string, size_t> left_;  // of each run, those being stored too
  std::ofstream record_;
  uint64_t recorded_ = 0;  // bytes
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace penstock::executor
