// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_workers.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "executor/local/modules_ahead.h"

namespace penstock::executor {
namespace {

// Users that no system gives to anybody: behind the range of containers, and before that of numbers
// that are negative to some.
constexpr uint32_t kFirstUser = 1879048192, kUsers = 1 << 20;

constexpr std::chrono::minutes kRefusal{10};
constexpr size_t kMostRefusals = 1000;
constexpr size_t kMostModules = 64;  // of one worker: twice what all those on the list come to

// The part of the machine's memory that is available; 1 where it does not say.
double AvailableMemory() {
  std::ifstream file("/proc/meminfo");
  double total = 0, available = -1;
  std::string name, unit;
  for (double value = 0; file >> name >> value;) {
    std::getline(file, unit);
    if (name == "MemTotal:") total = value;
    if (name == "MemAvailable:") available = value;
  }
  return total > 0 && available >= 0 ? available / total : 1;
}

}  // namespace

WarmWorkers::WarmWorkers(WarmSurroundings shared, const Limits& limits, base::Logger& logger)
    : shared_(std::move(shared)), limits_(limits), logger_(logger), thread_([this] { Work(); }) {}

WarmWorkers::~WarmWorkers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, kept] : workers_) kept.worker->server().Kill();
    wake_.notify_all();
  }
  thread_.join();
}

std::shared_ptr<const WarmWorker> WarmWorkers::Find(const WarmRequest& request) {
  std::lock_guard lock(mutex_);
  auto found = workers_.find(request.Key());
  if (found == workers_.end() || !found->second.worker->server().alive()) return nullptr;
  found->second.used = Clock::now();
  pauses_.NoteUse(found->first, found->second.made, found->second.used);
  return found->second.worker;
}

void WarmWorkers::Want(const WarmRequest& request) {
  std::string key = request.Key();
  std::lock_guard lock(mutex_);
  if (Covers(key, request) || pauses_.IsPaused(key, Clock::now())) return;
  auto wanted = wanted_.find(key);
  if (wanted != wanted_.end()) {
    wanted->second.wants.ahead = MergeAhead(wanted->second.wants.ahead, request.wants.ahead);
  } else if (wanted_.size() < limits_.workers) {
    wanted_.emplace(std::move(key), request);
  }
  wake_.notify_all();
}

// Whether there is a worker with what of these modules any can have.
bool WarmWorkers::Covers(const std::string& key, const WarmRequest& request) const {
  auto kept = workers_.find(key);
  if (kept == workers_.end()) return false;
  auto refused = refused_.find(key);
  const bool tried = refused != refused_.end() && Clock::now() < refused->second.retry_at;
  return std::ranges::all_of(request.wants.ahead, [&](const std::string& module) {
    return std::ranges::count(kept->second.worker->ahead(), module) > 0 ||
           (tried && refused->second.modules.contains(module));
  });
}

// What the worker that it is to replace has; not what no worker can have.
void WarmWorkers::AddModules(const std::string& key, WarmRequest& request) const {
  std::vector<std::string>& ahead = request.wants.ahead;
  if (auto kept = workers_.find(key); kept != workers_.end()) {
    auto all = MergeAhead(kept->second.worker->ahead(), ahead);
    if (all.size() <= kMostModules) ahead = std::move(all);
  }
  auto refused = refused_.find(key);
  if (refused == refused_.end() || Clock::now() >= refused->second.retry_at) return;
  std::erase_if(ahead,
                [&](const auto& module) { return refused->second.modules.contains(module); });
}

void WarmWorkers::Drop(const WarmRequest& request, const std::string& why) {
  std::shared_ptr<const WarmWorker> dropped;
  std::lock_guard lock(mutex_);
  const std::string key = request.Key();
  auto found = workers_.find(key);
  if (found == workers_.end()) return;
  // Others may still run what it forked.
  dropped = std::move(found->second.worker);
  workers_.erase(found);
  NoteFailure(key, why);
}

void WarmWorkers::Release(const std::string& environment_key) {
  std::vector<std::shared_ptr<const WarmWorker>> released;
  std::lock_guard lock(mutex_);
  std::erase_if(wanted_,
                [&](const auto& entry) { return entry.second.environment.key == environment_key; });
  for (auto kept = workers_.begin(); kept != workers_.end();) {
    const bool its = kept->second.environment == environment_key;
    if (its) released.push_back(std::move(kept->second.worker));
    kept = its ? workers_.erase(kept) : std::next(kept);
  }
  // The lock is given back first: the end of a worker takes a moment.
}

size_t WarmWorkers::count() const {
  std::lock_guard lock(mutex_);
  return workers_.size();
}

void WarmWorkers::NoteFailure(const std::string& key, const std::string& why) {
  pauses_.NoteFailure(key, Clock::now());
  logger_.Info("a warm worker does not work; its tasks start cold", {{"why", why}});
}

bool WarmWorkers::ShortOfMemory() const {
  const double available =
      limits_.available_memory ? limits_.available_memory() : AvailableMemory();
  return available < limits_.least_memory;
}

// Those that have ended, that nobody has used for long, or that memory is needed for.
std::vector<std::shared_ptr<const WarmWorker>> WarmWorkers::TakeIdle() {
  std::vector<std::shared_ptr<const WarmWorker>> taken;
  const bool short_of_memory = ShortOfMemory();
  for (auto kept = workers_.begin(); kept != workers_.end();) {
    const bool busy = kept->second.worker.use_count() > 1;
    const bool old = Clock::now() - kept->second.used >= limits_.idle;
    if (!kept->second.worker->server().alive() || (!busy && (old || short_of_memory))) {
      taken.push_back(std::move(kept->second.worker));
      kept = workers_.erase(kept);
    } else {
      ++kept;
    }
  }
  return taken;
}

// Packages of which a part goes on in their worker, or runs at each fork, may fill the disk.
void WarmWorkers::MindAll() {
  std::map<std::string, std::shared_ptr<const WarmWorker>> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, kept] : workers_) all[key] = kept.worker;
  }
  for (auto& [key, worker] : all) {
    const std::string why = worker->Mind();
    if (why.empty()) continue;
    // With the tasks that it has forked, whose packages these are.
    worker->server().Kill();
    std::lock_guard lock(mutex_);
    auto kept = workers_.find(key);
    if (kept == workers_.end() || kept->second.worker != worker) continue;
    workers_.erase(kept);
    NoteFailure(key, why);
  }
}

bool WarmWorkers::MakeRoom(std::shared_ptr<const WarmWorker>& removed) {
  if (ShortOfMemory()) return false;
  if (workers_.size() < limits_.workers) return true;
  auto oldest = workers_.end();
  for (auto kept = workers_.begin(); kept != workers_.end(); ++kept) {
    if (kept->second.worker.use_count() > 1) continue;
    if (oldest == workers_.end() || kept->second.used < oldest->second.used) oldest = kept;
  }
  if (oldest == workers_.end()) return false;
  removed = std::move(oldest->second.worker);
  workers_.erase(oldest);
  return true;
}

void WarmWorkers::Start(const WarmRequest& wanted) {
  const std::string key = wanted.Key();
  WarmRequest request = wanted;
  uint32_t user = 0;
  {
    std::shared_ptr<const WarmWorker> removed;
    std::lock_guard lock(mutex_);
    // It may have been wanted again while it was about to be made or to fail.
    if (Covers(key, request) || pauses_.IsPaused(key, Clock::now())) return;
    if (workers_.contains(key) ? ShortOfMemory() : !MakeRoom(removed)) return;
    AddModules(key, request);
    user = kFirstUser + users_++ % kUsers;
  }
  auto worker = WarmWorker::Start(request, shared_, user, logger_, [this] { MindAll(); });
  if (worker) return Keep(request, std::move(*worker));
  std::lock_guard lock(mutex_);
  NoteFailure(key, worker.error().message());
}

// `request` is what it was made for, of which it may have less.
void WarmWorkers::Keep(const WarmRequest& request, std::shared_ptr<const WarmWorker> worker) {
  const std::string key = request.Key();
  std::shared_ptr<const WarmWorker> replaced;
  std::lock_guard lock(mutex_);
  if (refused_.size() > kMostRefusals) refused_.clear();
  for (const std::string& module : request.wants.ahead) {
    if (std::ranges::count(worker->ahead(), module) > 0) continue;
    Refused& refused = refused_[key];
    refused.modules.insert(module);
    refused.retry_at = Clock::now() + kRefusal;
  }
  Kept& kept = workers_[key];
  replaced = std::exchange(kept.worker, std::move(worker));  // others may still run what it forked
  kept.environment = request.environment.key;
  kept.made = kept.used = Clock::now();
}

void WarmWorkers::Work() {
  Clock::time_point next_look = Clock::now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto idle = TakeIdle();
    if (!idle.empty()) {
      lock.unlock();
      idle.clear();
      lock.lock();
      continue;
    }
    if (Clock::now() >= next_look) {
      lock.unlock();
      MindAll();
      lock.lock();
      next_look = Clock::now() + limits_.between_looks;
      continue;
    }
    if (wanted_.empty()) {
      if (workers_.empty()) {
        wake_.wait(lock);
      } else {
        wake_.wait_until(lock, next_look);
      }
      continue;
    }
    const WarmRequest request = std::move(wanted_.begin()->second);
    wanted_.erase(wanted_.begin());
    lock.unlock();
    Start(request);
    lock.lock();
  }
  workers_.clear();
}

}  // namespace penstock::executor
