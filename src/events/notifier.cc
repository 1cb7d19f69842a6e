// SPDX-License-Identifier: Apache-2.0
#include "events/notifier.h"

#include <algorithm>
#include <utility>

namespace penstock::events {

base::Result<std::unique_ptr<Notifier>> Notifier::Open(NotifierOptions options,
                                                       sys::FileSystem& files,
                                                       base::Logger& logger) {
  std::unique_ptr<Notifier> notifier(new Notifier(logger));
  for (WebhookOptions& webhook : options.webhooks) {
    if (notifier->targets().contains(webhook.name)) {
      return base::Fail(base::Code::kInvalidArgument,
                        "there are two webhooks named '" + webhook.name + "'");
    }
    PENSTOCK_TRY(auto queue, EventQueue::Open(options.directory + "/" + webhook.name, files));
    notifier->webhooks_.push_back(
        std::make_unique<Webhook>(std::move(webhook), std::move(queue), logger));
  }
  return notifier;
}

void Notifier::Announce(Event event, const BucketRules& bucket) {
  // Times order events over restarts, the counter those of the same microsecond.
  uint64_t now = static_cast<uint64_t>(base::ToMicros(event.time));
  uint64_t last = sequence_.load();
  while (!sequence_.compare_exchange_weak(last, std::max(last + 1, now))) {
  }
  event.sequence = std::max(last + 1, now);
  EventTap* tap = tap_.load(std::memory_order_acquire);
  if (tap != nullptr && tap->WantsBucket(event.bucket)) tap->Take(event);
  std::string message = FormatEvent(event);
  if (live_.HasListeners()) live_.Publish(event, message);
  if (bucket.document == nullptr || webhooks_.empty()) return;
  RulesPtr rules = RulesOf(bucket);
  for (const auto& webhook : webhooks_) {
    bool wanted = std::any_of(rules->begin(), rules->end(), [&](const NotificationRule& rule) {
      return rule.target == webhook->name() && rule.filter.Wants(event);
    });
    if (wanted) webhook->Send(message);
  }
}

std::set<std::string> Notifier::targets() const {
  std::set<std::string> names;
  for (const auto& webhook : webhooks_) names.insert(webhook->name());
  return names;
}

Notifier::RulesPtr Notifier::RulesOf(const BucketRules& bucket) {
  {
    std::shared_lock lock(mutex_);
    auto found = cache_.find(bucket.bucket);
    if (found != cache_.end() && found->second.revision == bucket.revision) {
      return found->second.rules;
    }
  }
  auto parsed = ParseNotificationRules(*bucket.document);
  if (!parsed) {
    logger_.Error("a bucket's notification rules cannot be read",
                  {{"bucket", bucket.bucket}, {"reason", parsed.error().message()}});
  }
  auto rules = std::make_shared<const std::vector<NotificationRule>>(
      parsed ? std::move(*parsed) : std::vector<NotificationRule>());
  std::unique_lock lock(mutex_);
  if (cache_.size() >= kMaxCached) cache_.clear();
  cache_[std::string(bucket.bucket)] = {bucket.revision, rules};
  return rules;
}

}  // namespace penstock::events
