// SPDX-License-Identifier: Apache-2.0
#include "engine/launch_queue.h"

#include <algorithm>
#include <utility>

namespace penstock::engine {
namespace {

constexpr int kMostPassed = 32;
// How far is looked for something that fits, so that each search is short.
constexpr size_t kRunsLookedAt = 64;
constexpr size_t kTasksLookedAt = 8;  // of each run

}  // namespace

void LaunchQueue::Add(Waiting task) {
  Level& level = levels_[task.priority];
  auto [run, added] = level.runs.try_emplace(task.run_id);
  run->second.push_back({std::move(task.task_id), Within(capacity_, task.demand), 0});
  // A run that was removed and has come back may still have its old turn.
  if (added && std::ranges::find(level.turns, task.run_id) == level.turns.end()) {
    level.turns.push_back(std::move(task.run_id));
  }
}

bool LaunchQueue::Fits(const Demand& demand) const {
  return demand.cpu_millis <= capacity_.cpu_millis - used_.cpu_millis &&
         demand.memory_bytes <= capacity_.memory_bytes - used_.memory_bytes;
}

// The first that fits. `blocked` is the first that does not, of this and the levels before.
bool LaunchQueue::FindInLevel(Level& level, Entry*& blocked, Place& place) {
  for (size_t turn = 0; turn < std::min(level.turns.size(), kRunsLookedAt);) {
    auto run = level.runs.find(level.turns[turn]);
    if (run == level.runs.end()) {
      level.turns.erase(level.turns.begin() + static_cast<std::ptrdiff_t>(turn));
      continue;
    }
    std::deque<Entry>& tasks = run->second;
    for (size_t position = 0; position < std::min(tasks.size(), kTasksLookedAt); ++position) {
      Entry& entry = tasks[position];
      if (Fits(entry.demand)) {
        place = {&level, turn, position};
        return true;
      }
      if (blocked == nullptr) blocked = &entry;
      if (blocked->passed >= kMostPassed) return false;
    }
    ++turn;
  }
  return false;
}

std::optional<LaunchQueue::Place> LaunchQueue::FindFitting() {
  Entry* blocked = nullptr;
  Place place;
  for (auto& [priority, level] : levels_) {
    if (FindInLevel(level, blocked, place)) {
      if (blocked != nullptr) ++blocked->passed;
      return place;
    }
    if (blocked != nullptr && blocked->passed >= kMostPassed) return std::nullopt;
  }
  return std::nullopt;
}

LaunchQueue::Ready LaunchQueue::Take(const Place& place) {
  Level& level = *place.level;
  std::string run_id = std::move(level.turns[place.turn]);
  level.turns.erase(level.turns.begin() + static_cast<std::ptrdiff_t>(place.turn));
  auto run = level.runs.find(run_id);
  const auto entry = run->second.begin() + static_cast<std::ptrdiff_t>(place.position);
  Ready ready{run_id, std::move(entry->task_id)};
  used_.cpu_millis += entry->demand.cpu_millis;
  used_.memory_bytes += entry->demand.memory_bytes;
  running_[ready.task_id] = entry->demand;
  run->second.erase(entry);
  if (run->second.empty()) {
    level.runs.erase(run);
  } else {
    level.turns.push_back(std::move(run_id));
  }
  return ready;
}

std::optional<LaunchQueue::Ready> LaunchQueue::Next() {
  std::erase_if(levels_, [](const auto& level) { return level.second.runs.empty(); });
  if (levels_.empty() || running_.size() >= capacity_.tasks) return std::nullopt;
  auto place = FindFitting();
  if (!place) return std::nullopt;
  return Take(*place);
}

void LaunchQueue::Finished(const std::string& task_id) {
  auto task = running_.extract(task_id);
  if (!task) return;
  used_.cpu_millis -= task.mapped().cpu_millis;
  used_.memory_bytes -= task.mapped().memory_bytes;
}

bool LaunchQueue::Remove(const std::string& run_id, const std::string& task_id) {
  for (auto& [priority, level] : levels_) {
    auto run = level.runs.find(run_id);
    if (run == level.runs.end()) continue;
    const size_t removed =
        std::erase_if(run->second, [&](const Entry& entry) { return entry.task_id == task_id; });
    if (removed == 0) continue;
    if (run->second.empty()) level.runs.erase(run);
    return true;
  }
  return false;
}

void LaunchQueue::RemoveRun(const std::string& run_id) {
  for (auto& [priority, level] : levels_) level.runs.erase(run_id);
}

}  // namespace penstock::engine
