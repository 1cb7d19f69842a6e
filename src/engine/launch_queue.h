// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/demand.h"
#include "engine/executor.h"

namespace penstock::engine {

// Tasks that are decided to run, until there is room for them: the executor is given only what fits
// together into its capacity. So a fan-out of ten thousand costs ten thousand short names and not
// as many launches.
//
// The higher priority goes first; within one, runs take turns, so that a large one does not shut
// out a small one. A task that does not fit yet is passed by others that do, but only so often:
// then nothing starts before it. Pure; not thread-safe.
class LaunchQueue {
 public:
  explicit LaunchQueue(const Capacity& capacity) : capacity_(capacity) {}

  struct Waiting {
    std::string run_id, task_id;
    int priority = 0;
    Demand demand;
  };
  void Add(Waiting task);
  // The next to launch, which takes up room until Finished is called for it; nothing where there is
  // no room or nothing waits.
  struct Ready {
    std::string run_id, task_id;
  };
  std::optional<Ready> Next();
  void Finished(const std::string& task_id);
  // Whether the task was still here; it is not any more.
  bool Remove(const std::string& run_id, const std::string& task_id);
  void RemoveRun(const std::string& run_id);

 private:
  struct Entry {
    std::string task_id;
    Demand demand;
    int passed = 0;  // how many have started in its stead
  };
  // The tasks of one priority.
  struct Level {
    std::unordered_map<std::string, std::deque<Entry>> runs;  // tasks in order; never empty
    std::deque<std::string> turns;  // runs, each once while it is in `runs`; others are skipped
  };
  struct Place {
    Level* level = nullptr;
    size_t turn = 0;
    size_t position = 0;
  };
  bool Fits(const Demand& demand) const;
  std::optional<Place> FindFitting();
  bool FindInLevel(Level& level, Entry*& blocked, Place& place);
  Ready Take(const Place& place);

  const Capacity capacity_;
  std::map<int, Level, std::greater<>> levels_;
  std::unordered_map<std::string, Demand> running_;  // by task id
  Demand used_;
};

}  // namespace penstock::engine
