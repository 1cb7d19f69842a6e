// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace penstock::engine {

// Tasks that are decided to run, until the executor is given them. Only so many are with the
// executor at a time, so that a fan-out of ten thousand costs ten thousand short names and not as
// many launches; runs take turns, so that a large one does not shut out a small one. Not
// thread-safe.
class LaunchQueue {
 public:
  explicit LaunchQueue(size_t at_once) : room_(at_once) {}

  void Add(const std::string& run_id, const std::string& task_id);
  // The next to launch, which takes up room until Finished is called; nothing where there is no
  // room or nothing waits.
  struct Ready {
    std::string run_id, task_id;
  };
  std::optional<Ready> Next();
  void Finished() { ++room_; }
  // Whether the task was still here; it is not any more.
  bool Remove(const std::string& run_id, const std::string& task_id);
  void RemoveRun(const std::string& run_id) { runs_.erase(run_id); }

 private:
  size_t room_;
  std::unordered_map<std::string, std::deque<std::string>> runs_;  // tasks in order; never empty
  std::deque<std::string> turns_;  // runs, each once while it is in runs_; removed ones are skipped
};

}  // namespace penstock::engine
