// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "events/event_tap.h"
#include "events/live_events.h"
#include "events/webhook.h"
#include "sys/file_system.h"

namespace penstock::events {

// What events are announced for: a bucket's rules, in the state that the number names.
struct BucketRules {
  std::string_view bucket;
  uint64_t revision = 0;                  // another whenever the document changes
  const std::string* document = nullptr;  // the bucket's NotificationConfiguration, or null
};

struct NotifierOptions {
  std::string directory;  // for queues; made where there are webhooks
  std::vector<WebhookOptions> webhooks;
};

// Takes events and brings them to the webhooks that a bucket's rules name, and to live listeners.
// Announcing waits for nobody but the page cache. Thread-safe.
class Notifier {
 public:
  // Opens the queues and goes on with what is left in them. The references must outlive it.
  static base::Result<std::unique_ptr<Notifier>> Open(NotifierOptions options,
                                                      sys::FileSystem& files, base::Logger& logger);

  // Whether anybody could want an event of this bucket: what to ask before making one.
  bool IsWanted(const BucketRules& rules) const {
    const EventTap* tap = tap_.load(std::memory_order_acquire);
    return live_.HasListeners() || (rules.document != nullptr && !webhooks_.empty()) ||
           (tap != nullptr && tap->WantsBucket(rules.bucket));
  }
  // Who hears of events beside the webhooks; it must outlive all announcing. Once, or null.
  void SetTap(EventTap* tap) { tap_.store(tap, std::memory_order_release); }
  // Gives the event its sequence number.
  void Announce(Event event, const BucketRules& rules);

  LiveEvents& live() { return live_; }
  std::set<std::string> targets() const;
  const std::vector<std::unique_ptr<Webhook>>& webhooks() const { return webhooks_; }

 private:
  using RulesPtr = std::shared_ptr<const std::vector<NotificationRule>>;  // shared by announcers
  struct Cached {
    uint64_t revision = 0;
    RulesPtr rules;
  };
  static constexpr size_t kMaxCached = 1000;

  explicit Notifier(base::Logger& logger) : logger_(logger) {}
  RulesPtr RulesOf(const BucketRules& rules);

  base::Logger& logger_;
  std::vector<std::unique_ptr<Webhook>> webhooks_;
  LiveEvents live_;
  std::atomic<uint64_t> sequence_{0};
  std::atomic<EventTap*> tap_{nullptr};
  mutable std::shared_mutex mutex_;
  std::map<std::string, Cached, std::less<>> cache_;
};

}  // namespace penstock::events
