// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_collector.h"

#include <algorithm>
#include <utility>

#include "executor/local/disk_use.h"

namespace penstock::executor {
namespace {

using base::Status;

// How often it looks whether something was built, and how often it sweeps where nothing was.
constexpr std::chrono::seconds kLook{5};
// Counting thousands of files takes from the tasks that a new environment was made for: nothing was
// built for so long before it begins, unless it has waited for the longer time.
constexpr std::chrono::seconds kQuiet{60};
constexpr std::chrono::minutes kLongestWait{10};
constexpr std::chrono::minutes kBetweenSweeps{60};

}  // namespace

EnvironmentCollector::EnvironmentCollector(EnvironmentLimits limits,
                                           std::vector<std::string> directories,
                                           EnvironmentCache& cache,
                                           const EnvironmentBuilder& builder,
                                           const base::Clock& clock, base::Logger& logger)
    : limits_(limits),
      directories_(std::move(directories)),
      cache_(cache),
      builder_(builder),
      clock_(clock),
      logger_(logger) {
  thread_ = std::thread([this] { Run(); });
}

EnvironmentCollector::~EnvironmentCollector() {
  stop_.Cancel();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    stopped_.notify_all();
  }
  thread_.join();
}

engine::EnvironmentUsage EnvironmentCollector::Usage() const {
  std::lock_guard lock(mutex_);
  return {total_, limits_.bytes};
}

void EnvironmentCollector::Run() {
  uint64_t seen = 0;
  auto next = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> latest;  // although more and more is built
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    if (const uint64_t made = cache_.made(); made != seen) {
      seen = made;
      if (!latest) latest = now + kLongestWait;
      next = std::min(now + kQuiet, *latest);
    }
    if (now >= next) {
      lock.unlock();
      Sweep();
      lock.lock();
      next = std::chrono::steady_clock::now() + kBetweenSweeps;
      latest.reset();
    }
    stopped_.wait_for(lock, kLook, [this] { return stopping_; });
  }
}

uint64_t EnvironmentCollector::Measure() {
  DiskUse use;
  for (const std::string& directory : directories_) use.Add(directory);
  std::lock_guard lock(mutex_);
  total_ = use.bytes();
  return use.bytes();
}

void EnvironmentCollector::Sweep() {
  std::lock_guard sweep(sweeping_);
  RemoveIdle();
  if (!TooMuch(Measure())) return;
  // Not under the feet of a build; the sweep after it comes to it.
  for (bool everything : {false, true}) {
    if (cache_.Building()) return;
    Status pruned = builder_.Prune(everything, stop_);
    if (!pruned && !stop_.IsCancelled()) {
      logger_.Warning("cannot tidy up the package cache", {{"why", pruned.error().message()}});
    }
    if (!TooMuch(Measure())) return;
  }
  RemoveUnused();
}

void EnvironmentCollector::RemoveIdle() {
  if (!limits_.idle) return;
  const base::Time before = clock_.Now() - *limits_.idle;
  for (const engine::EnvironmentInfo& info : cache_.List()) {
    if (info.in_use || info.last_used_at >= before) continue;
    if (cache_.Remove(info.id)) {
      logger_.Info("removed an environment that was not used for long", {{"id", info.id}});
    }
  }
}

void EnvironmentCollector::RemoveUnused() {
  const std::vector<engine::EnvironmentInfo> list = cache_.List();
  for (auto info = list.rbegin(); info != list.rend() && !stop_.IsCancelled(); ++info) {
    if (info->in_use || !cache_.Remove(info->id)) continue;
    logger_.Info("removed an environment, since all of them take more than allowed",
                 {{"id", info->id}});
    if (!TooMuch(Measure())) return;
  }
  logger_.Warning("environments in use take more than --environments-limit allows");
}

}  // namespace penstock::executor
