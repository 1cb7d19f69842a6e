// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "executor/local/environment_cache.h"
#include "executor/local/environment_limits.h"

namespace penstock::executor {

// Keeps what environments take within limits, on a thread of its own: what was not used for too
// long goes; and when all of it takes too much, first downloads go that no environment shares, then
// environments, the one whose last use is longest ago first. One in use stays whatever it takes.
class EnvironmentCollector {
 public:
  // `directories` are all that counts. The references must outlive it. The thread starts at once.
  EnvironmentCollector(EnvironmentLimits limits, std::vector<std::string> directories,
                       EnvironmentCache& cache, const EnvironmentBuilder& builder,
                       const base::Clock& clock, base::Logger& logger);
  ~EnvironmentCollector();

  engine::EnvironmentUsage Usage() const;
  void Sweep();  // what the thread does at its start, after builds and now and then

 private:
  void Run();
  uint64_t Measure();
  bool TooMuch(uint64_t bytes) const { return limits_.bytes && bytes > *limits_.bytes; }
  void RemoveIdle();
  void RemoveUnused();

  const EnvironmentLimits limits_;
  const std::vector<std::string> directories_;
  EnvironmentCache& cache_;
  const EnvironmentBuilder& builder_;
  const base::Clock& clock_;
  base::Logger& logger_;
  sys::CancelSignal stop_;
  std::mutex sweeping_;  // held by the one who sweeps: two would each remove enough
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::optional<uint64_t> total_;
  std::thread thread_;  // last, so that the rest is there before it starts
};

}  // namespace penstock::executor
