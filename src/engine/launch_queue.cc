// SPDX-License-Identifier: Apache-2.0
#include "engine/launch_queue.h"

#include <algorithm>
#include <utility>

namespace penstock::engine {

void LaunchQueue::Add(const std::string& run_id, const std::string& task_id) {
  auto [run, added] = runs_.try_emplace(run_id);
  run->second.push_back(task_id);
  // A run that was removed and has come back may still have its old turn.
  if (added && std::find(turns_.begin(), turns_.end(), run_id) == turns_.end()) {
    turns_.push_back(run_id);
  }
}

std::optional<LaunchQueue::Ready> LaunchQueue::Next() {
  if (room_ == 0) return std::nullopt;
  while (!turns_.empty()) {
    std::string run_id = std::move(turns_.front());
    turns_.pop_front();
    auto run = runs_.find(run_id);
    if (run == runs_.end()) continue;
    Ready ready{run_id, std::move(run->second.front())};
    run->second.pop_front();
    if (run->second.empty()) {
      runs_.erase(run);
    } else {
      turns_.push_back(std::move(run_id));
    }
    --room_;
    return ready;
  }
  return std::nullopt;
}

bool LaunchQueue::Remove(const std::string& run_id, const std::string& task_id) {
  auto run = runs_.find(run_id);
  if (run == runs_.end()) return false;
  if (std::erase(run->second, task_id) == 0) return false;
  if (run->second.empty()) runs_.erase(run);
  return true;
}

}  // namespace penstock::engine
