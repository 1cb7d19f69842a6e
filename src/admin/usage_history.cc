// SPDX-License-Identifier: Apache-2.0
#include "admin/usage_history.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::admin {
namespace {

using base::Result;
using text::Json;

constexpr std::string_view kDocument = "usage-history";
constexpr base::Duration kDay = std::chrono::hours(24);

struct Named {
  std::string name;
  store::BucketUsage usage;
};

// The time of a sample; nullopt where there is none to be read.
std::optional<base::Time> TimeOf(const Json& sample) {
  auto time = base::ParseRfc3339(sample.StringOr("at", ""));
  if (!time) return std::nullopt;
  return *time;
}

// Leaves out what is not a sample, and of each day that is over for long all but the last one.
Json::Array Thinned(const Json::Array& samples, const UsageHistoryOptions& options,
                    base::Time now) {
  Json::Array kept;
  int64_t last_day = -1;
  for (const Json& sample : samples) {
    auto time = TimeOf(sample);
    if (!time) continue;
    int64_t day = time->time_since_epoch() / kDay;
    bool whole = now - *time <= options.kept_whole;
    if (!whole && day == last_day) kept.pop_back();
    last_day = whole ? -1 : day;
    kept.push_back(sample);
  }
  // What is kept whole is bounded by the time between two.
  size_t most = options.days + static_cast<size_t>(options.kept_whole / options.between) + 1;
  if (kept.size() > most) kept.erase(kept.begin(), kept.end() - static_cast<ptrdiff_t>(most));
  return kept;
}

Json Numbers(uint64_t objects, uint64_t bytes) {
  Json json;
  json["objects"] = static_cast<int64_t>(objects);
  json["bytes"] = static_cast<int64_t>(bytes);
  return json;
}

Json::Array LargestOf(std::vector<Named> buckets, size_t count) {
  count = std::min(count, buckets.size());
  auto larger = [](const Named& a, const Named& b) { return a.usage.bytes > b.usage.bytes; };
  std::partial_sort(buckets.begin(), buckets.begin() + static_cast<ptrdiff_t>(count), buckets.end(),
                    larger);
  buckets.resize(count);
  Json::Array array;
  for (const Named& bucket : buckets) {
    Json entry = Numbers(bucket.usage.objects, bucket.usage.bytes);
    entry["name"] = bucket.name;
    array.push_back(std::move(entry));
  }
  return array;
}

Result<std::vector<Named>> AllBuckets(store::ObjectStore& store) {
  std::vector<Named> all;
  store::ListBucketsOptions options;
  for (bool more = true; more;) {
    PENSTOCK_TRY(store::BucketPage page, store.ListBuckets(options));
    for (const store::BucketSummary& bucket : page.buckets) {
      options.start_after = bucket.name;
      auto usage = store.GetUsage(bucket.name);
      if (usage) all.push_back({bucket.name, *usage});  // else it is deleted meanwhile
    }
    more = page.truncated && !page.buckets.empty();
  }
  return all;
}

}  // namespace

UsageHistory::UsageHistory(const UsageHistoryOptions& options, store::ObjectStore& store,
                           const base::Clock& clock, base::Logger& logger)
    : options_(options), store_(store), clock_(clock), logger_(logger) {}

UsageHistory::~UsageHistory() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void UsageHistory::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool UsageHistory::Pause() {
  std::unique_lock lock(mutex_);
  auto pause = std::min<base::Duration>(options_.between, std::chrono::minutes(1));
  return !stopped_.wait_for(lock, pause, [&] { return stop_; });
}

void UsageHistory::Run() {
  do {
    auto taken = TakeWhenDue();
    if (!taken) {
      logger_.Warning("no sample of what the store holds", {{"why", taken.error().message()}});
    }
  } while (Pause());
}

Result<bool> UsageHistory::TakeWhenDue() {
  std::lock_guard lock(taking_);
  base::Time now = clock_.Now();
  // One from the future is of a clock that was wrong: it is not waited for.
  auto soon = [&](base::Time taken) { return taken <= now && now - taken < options_.between; };
  if (soon(newest_)) return false;
  PENSTOCK_TRY(Json::Array samples, Kept());
  if (!samples.empty()) {
    auto newest = TimeOf(samples.back());
    newest_ = newest.value_or(base::Time{});
    if (newest && soon(*newest)) return false;
    std::erase_if(samples, [&](const Json& sample) {
      auto time = TimeOf(sample);
      return time && *time > now;
    });
  }
  PENSTOCK_TRY(Json sample, Now());
  samples.push_back(std::move(sample));
  Json text(Thinned(samples, options_, now));
  PENSTOCK_RETURN_IF_ERROR(store_.PutDocument(kDocument, text::FormatJson(text)));
  newest_ = now;
  return true;
}

Result<Json> UsageHistory::Now() const {
  PENSTOCK_TRY(std::vector<Named> buckets, AllBuckets(store_));
  store::BucketUsage sum;
  for (const Named& bucket : buckets) {
    sum.objects += bucket.usage.objects;
    sum.versions += bucket.usage.versions;
    sum.bytes += bucket.usage.bytes;
  }
  Json sample = Numbers(sum.objects, sum.bytes);
  sample["at"] = base::FormatRfc3339(clock_.Now());
  sample["buckets"] = static_cast<int64_t>(buckets.size());
  sample["versions"] = static_cast<int64_t>(sum.versions);
  sample["largest"] = LargestOf(std::move(buckets), options_.largest);
  return sample;
}

Result<Json::Array> UsageHistory::Kept() const {
  PENSTOCK_TRY(std::optional<std::string> stored, store_.GetDocument(kDocument));
  if (!stored) return Json::Array{};
  auto json = text::ParseJson(*stored);
  // A document that cannot be read is begun anew, rather than never written again.
  if (!json || !json->is_array()) return Json::Array{};
  return std::move(json->as_array());
}

}  // namespace penstock::admin
