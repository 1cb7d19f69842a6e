// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/log.h"
#include "executor/local/warm_pauses.h"
#include "executor/local/warm_worker.h"

namespace penstock::executor {

// The warm workers of an executor: few, each made when a task of its kind has run cold, gone when
// it has not been used for some minutes, when others are wanted more, or when memory is short.
// There is one of each kind: where tasks want more modules imported ahead than it has, another one
// that has them too takes its place. Thread-safe.
class WarmWorkers {
 public:
  struct Limits {
    size_t workers = 6;
    std::chrono::milliseconds idle{std::chrono::minutes(5)};
    double least_memory = 0.1;  // of the machine's, that is available
    std::chrono::milliseconds between_looks{std::chrono::seconds(1)};
    std::function<double()> available_memory = {};  // in place of the machine's
  };

  // The logger outlives it.
  WarmWorkers(WarmSurroundings shared, const Limits& limits, base::Logger& logger);
  ~WarmWorkers();

  // A worker that is ready, to be held while the task runs, or null.
  std::shared_ptr<const WarmWorker> Find(const WarmRequest& request);
  // A task of that kind has run: a worker is made for the next one, if there is none, or none that
  // has the modules.
  void Want(const WarmRequest& request);
  // It did not start a task; it is not asked again.
  void Drop(const WarmRequest& request, const std::string& why);
  // Nobody's any more, so that the environment can be removed.
  void Release(const std::string& environment_key);

  size_t count() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    std::shared_ptr<const WarmWorker> worker;
    std::string environment;
    Clock::time_point made;
    Clock::time_point used;
  };
  // Modules that a kind's worker cannot have, and until when that is not tried.
  struct Refused {
    std::set<std::string> modules;
    Clock::time_point retry_at;
  };

  void Work();
  void Start(const WarmRequest& request);
  void NoteFailure(const std::string& key, const std::string& why);       // holds the lock
  bool Covers(const std::string& key, const WarmRequest& request) const;  // holds the lock
  void AddModules(const std::string& key, WarmRequest& request) const;    // holds the lock
  void Keep(const WarmRequest& request, std::shared_ptr<const WarmWorker> worker);
  std::vector<std::shared_ptr<const WarmWorker>> TakeIdle();  // holds the lock
  void MindAll();
  bool MakeRoom(std::shared_ptr<const WarmWorker>& removed);  // holds the lock
  bool ShortOfMemory() const;

  const WarmSurroundings shared_;
  const Limits limits_;
  base::Logger& logger_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  uint32_t users_ = 0;  // how many have been made
  std::map<std::string, WarmRequest> wanted_;
  std::map<std::string, Kept> workers_;
  WarmPauses pauses_;  // kinds that have none for a while, because theirs failed
  std::map<std::string, Refused> refused_;
  std::thread thread_;  // starts them all, because they die with who started them
};

}  // namespace penstock::executor
