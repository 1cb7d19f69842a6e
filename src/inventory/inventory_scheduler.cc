// SPDX-License-Identifier: Apache-2.0
#include "inventory/inventory_scheduler.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "inventory/write_report.h"

namespace penstock::inventory {
namespace {

using base::Code;
using base::Result;
using base::Status;

// When a report was last written, in microseconds. The bucket's number keeps one that was made
// again under its name apart; an id may hold anything.
std::string DocumentOf(const store::BucketInfo& bucket, const std::string& id) {
  return "inventory/" + std::to_string(bucket.id) + "/" + base::HexEncode(id);
}

}  // namespace

InventoryScheduler::InventoryScheduler(const InventoryOptions& options, store::ObjectStore& store,
                                       const base::Clock& clock, base::Random& random,
                                       base::Logger& logger)
    : options_(options), store_(store), clock_(clock), random_(random), logger_(logger) {}

InventoryScheduler::~InventoryScheduler() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void InventoryScheduler::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool InventoryScheduler::Stopped() {
  std::lock_guard lock(mutex_);
  return stop_;
}

bool InventoryScheduler::Pause(base::Duration duration) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, duration, [&] { return stop_; });
}

void InventoryScheduler::Run() {
  while (Pause(options_.between_passes)) {
    auto written = RunPass();
    if (!written && written.error().code() == Code::kCancelled) return;
    if (!written) {
      logger_.Warning("looking for inventories failed", {{"why", written.error().message()}});
    }
  }
}

Result<int> InventoryScheduler::RunPass() {
  int written = 0;
  store::ListBucketsOptions options;
  for (bool more = true; more;) {
    PENSTOCK_TRY(store::BucketPage page, store_.ListBuckets(options));
    for (const store::BucketSummary& bucket : page.buckets) {
      PENSTOCK_TRY(int of_bucket, ServeBucket(bucket.name));
      written += of_bucket;
      options.start_after = bucket.name;
    }
    more = page.truncated && !page.buckets.empty();
  }
  return written;
}

Result<int> InventoryScheduler::ServeBucket(const std::string& name) {
  auto bucket = store_.GetBucket(name);
  if (!bucket) return 0;  // deleted meanwhile
  const std::string* setting = (*bucket)->FindSetting(store::setting::kInventory);
  if (setting == nullptr) return 0;
  PENSTOCK_TRY(auto rules, ParseRules(*setting));
  int written = 0;
  for (const InventoryRule& rule : rules) {
    if (!rule.enabled) continue;
    PENSTOCK_TRY(bool done, ServeRule(**bucket, rule));
    if (done) ++written;
  }
  return written;
}

Result<bool> InventoryScheduler::ServeRule(const store::BucketInfo& bucket,
                                           const InventoryRule& rule) {
  std::string document = DocumentOf(bucket, rule.id);
  PENSTOCK_TRY(bool due, IsDue(document, rule));
  if (!due) return false;
  base::Time now = clock_.Now();
  auto manifest =
      WriteReport(store_, bucket.name, rule, now, random_, [this] { return Stopped(); });
  if (!manifest && manifest.error().code() == Code::kCancelled) {
    return base::Fail(std::move(manifest).error());
  }
  base::Time counts_as = now;
  if (manifest) {
    logger_.Info("an inventory was written", {{"bucket", bucket.name},
                                              {"id", rule.id},
                                              {"destination", rule.destination},
                                              {"manifest", *manifest}});
  } else {
    logger_.Warning("an inventory could not be written", {{"bucket", bucket.name},
                                                          {"id", rule.id},
                                                          {"destination", rule.destination},
                                                          {"why", manifest.error().message()}});
    base::Duration period = options_.day * (rule.frequency == Frequency::kWeekly ? 7 : 1);
    counts_as = now - period + options_.day / 24;
  }
  PENSTOCK_RETURN_IF_ERROR(store_.PutDocument(document, std::to_string(base::ToMicros(counts_as))));
  return manifest.has_value();
}

Result<bool> InventoryScheduler::IsDue(const std::string& document, const InventoryRule& rule) {
  PENSTOCK_TRY(auto stored, store_.GetDocument(document));
  if (!stored) return true;
  int64_t last = 0;
  std::from_chars(stored->data(), stored->data() + stored->size(), last);
  base::Duration period = options_.day * (rule.frequency == Frequency::kWeekly ? 7 : 1);
  base::Time now = clock_.Now();
  // A clock that was set back does not hold a report up for ever.
  return now >= base::FromMicros(last) + period || now + period < base::FromMicros(last);
}

}  // namespace penstock::inventory
