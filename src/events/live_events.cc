// SPDX-License-Identifier: Apache-2.0
#include "events/live_events.h"

#include <utility>

namespace penstock::events {

LiveSubscription::~LiveSubscription() {
  std::lock_guard lock(owner_.mutex_);
  owner_.listeners_.remove(this);
  owner_.count_ = owner_.listeners_.size();
}

std::vector<std::string> LiveSubscription::Wait(std::chrono::milliseconds most) {
  std::unique_lock lock(owner_.mutex_);
  changed_.wait_for(lock, most, [this] { return owner_.closed_ || !waiting_.empty(); });
  std::vector<std::string> messages(std::make_move_iterator(waiting_.begin()),
                                    std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return messages;
}

bool LiveSubscription::closed() const {
  std::lock_guard lock(owner_.mutex_);
  return owner_.closed_;
}

uint64_t LiveSubscription::missed() const {
  std::lock_guard lock(owner_.mutex_);
  return missed_;
}

base::Result<std::unique_ptr<LiveSubscription>> LiveEvents::Subscribe(std::string bucket,
                                                                      EventFilter filter) {
  std::lock_guard lock(mutex_);
  if (closed_ || listeners_.size() >= kMaxListeners) {
    return base::Fail(base::Code::kResourceExhausted,
                      "too many listen to events already; try again later");
  }
  std::unique_ptr<LiveSubscription> subscription(
      new LiveSubscription(*this, std::move(bucket), std::move(filter)));
  listeners_.push_back(subscription.get());
  count_ = listeners_.size();
  return subscription;
}

void LiveEvents::Publish(const Event& event, const std::string& message) {
  std::lock_guard lock(mutex_);
  for (LiveSubscription* listener : listeners_) {
    if (!listener->Wants(event)) continue;
    if (listener->waiting_.size() == LiveSubscription::kMaxWaiting) {
      listener->waiting_.pop_front();
      ++listener->missed_;
    }
    listener->waiting_.push_back(message);
    listener->changed_.notify_all();
  }
}

void LiveEvents::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (LiveSubscription* listener : listeners_) listener->changed_.notify_all();
}

}  // namespace penstock::events
