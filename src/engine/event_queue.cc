// SPDX-License-Identifier: Apache-2.0
#include "engine/event_queue.h"

#include <utility>

namespace penstock::engine {

bool EventQueue::Push(Event&& event) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    events_.push_back(std::move(event));
  }
  changed_.notify_one();
  return true;
}

std::vector<Event> EventQueue::Take(std::optional<std::chrono::milliseconds> wait, size_t most) {
  std::unique_lock lock(mutex_);
  auto ready = [this] { return closed_ || !events_.empty(); };
  if (wait) {
    changed_.wait_for(lock, *wait, ready);
  } else {
    changed_.wait(lock, ready);
  }
  std::vector<Event> taken;
  while (!events_.empty() && taken.size() < most) {
    taken.push_back(std::move(events_.front()));
    events_.pop_front();
  }
  return taken;
}

std::deque<Event> EventQueue::Close() {
  std::deque<Event> left;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(events_);
  }
  changed_.notify_all();
  return left;
}

bool EventQueue::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace penstock::engine
