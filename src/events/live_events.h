// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "events/notification_rules.h"

namespace penstock::events {

class LiveEvents;

// One listener. For one thread at a time; must not outlive the LiveEvents.
class LiveSubscription {
 public:
  // More than this many waiting events are dropped, the oldest first.
  static constexpr size_t kMaxWaiting = 1000;

  ~LiveSubscription();
  // Messages that have come, waiting up to `most` for one; empty after that time.
  std::vector<std::string> Wait(std::chrono::milliseconds most);
  bool closed() const;  // the server stops
  uint64_t missed() const;

 private:
  friend class LiveEvents;
  LiveSubscription(LiveEvents& owner, std::string bucket, EventFilter filter)
      : owner_(owner), bucket_(std::move(bucket)), filter_(std::move(filter)) {}
  bool Wants(const Event& event) const {
    return (bucket_.empty() || bucket_ == event.bucket) && filter_.Wants(event);
  }

  LiveEvents& owner_;
  const std::string bucket_;  // empty: all
  const EventFilter filter_;
  std::deque<std::string> waiting_;  // guarded by the owner's mutex
  uint64_t missed_ = 0;
  std::condition_variable changed_;
};

// Hands events to those who listen at this moment. Bounded: what a slow listener has not taken is
// dropped, and so many may listen. Thread-safe.
class LiveEvents {
 public:
  static constexpr size_t kMaxListeners = 32;

  // kResourceExhausted where too many listen already.
  base::Result<std::unique_ptr<LiveSubscription>> Subscribe(std::string bucket, EventFilter filter);
  // Cheap enough to be asked for every request.
  bool HasListeners() const { return count_.load(std::memory_order_relaxed) > 0; }
  void Publish(const Event& event, const std::string& message);
  // Ends all listening.
  void Close();

 private:
  friend class LiveSubscription;
  mutable std::mutex mutex_;
  std::list<LiveSubscription*> listeners_;
  std::atomic<size_t> count_{0};
  bool closed_ = false;
};

}  // namespace penstock::events
