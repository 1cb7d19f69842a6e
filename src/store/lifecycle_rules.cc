// SPDX-License-Identifier: Apache-2.0
#include "store/lifecycle_rules.h"

#include <algorithm>

namespace penstock::store {
namespace {

using base::Duration;
using base::Time;

constexpr Duration kTrueDay = std::chrono::hours(24);
// Beyond what any clock here can hold, so that adding days cannot overflow.
constexpr int kMostDays = 2'000'000;

bool Matches(const LifecycleFilter& filter, std::string_view key) {
  return key.starts_with(filter.prefix);
}

bool Matches(const LifecycleFilter& filter, const ObjectInfo& version) {
  if (!Matches(filter, version.key)) return false;
  // A delete marker has neither tags nor size, so that no condition on those can hold for it.
  if (version.delete_marker) {
    return filter.tags.empty() && !filter.size_above && !filter.size_below;
  }
  if (filter.size_above && version.size <= *filter.size_above) return false;
  if (filter.size_below && version.size >= *filter.size_below) return false;
  const auto& tags = version.attributes.tags;
  return std::all_of(filter.tags.begin(), filter.tags.end(), [&](const auto& wanted) {
    auto found = tags.find(wanted.first);
    return found != tags.end() && found->second == wanted.second;
  });
}

std::optional<Time> ExpiryUnder(const LifecycleRule& rule, const LifecycleDay& day,
                                const ObjectInfo& version) {
  if (rule.expire_on) return rule.expire_on;
  if (rule.expire_after_days) return day.After(version.modified_at, *rule.expire_after_days);
  return std::nullopt;
}

// A lone delete marker goes where the rule says so, and also once it is as old as objects may get.
bool DropsLoneMarker(const LifecycleRule& rule, const LifecycleDay& day, const ObjectInfo& marker,
                     Time now) {
  if (rule.drop_lone_delete_markers) return true;
  return rule.expire_after_days && day.After(marker.modified_at, *rule.expire_after_days) <= now;
}

LifecycleAction DecideCurrent(const LifecycleRule& rule, const LifecycleDay& day,
                              const ObjectInfo& version, const VersionPlace& place, Time now) {
  if (version.delete_marker) {
    return place.alone && DropsLoneMarker(rule, day, version, now) ? LifecycleAction::kRemove
                                                                   : LifecycleAction::kKeep;
  }
  std::optional<Time> expiry = ExpiryUnder(rule, day, version);
  return expiry && *expiry <= now ? LifecycleAction::kDelete : LifecycleAction::kKeep;
}

LifecycleAction DecideNoncurrent(const LifecycleRule& rule, const LifecycleDay& day,
                                 const VersionPlace& place, Time now) {
  bool due = rule.drop_noncurrent_after_days && place.newer_noncurrent >= rule.keep_noncurrent &&
             day.After(place.replaced_at, *rule.drop_noncurrent_after_days) <= now;
  return due ? LifecycleAction::kRemove : LifecycleAction::kKeep;
}

bool IsLocked(const ObjectAttributes& attributes, Time now) {
  return attributes.legal_hold ||
         (attributes.retention.mode != RetentionMode::kNone && attributes.retention.until > now);
}

void TakeEarlier(std::optional<LifecycleDate>& earliest, Time at, const LifecycleRule& rule) {
  if (!earliest || at < earliest->at) earliest = LifecycleDate{at, rule.id};
}

}  // namespace

Time LifecycleDay::After(Time start, int days) const {
  Time end = start + length * std::min(days, kMostDays);
  if (length != kTrueDay) return end;
  Duration past_midnight = end.time_since_epoch() % kTrueDay;
  return past_midnight == Duration::zero() ? end : end + (kTrueDay - past_midnight);
}

LifecycleAction DecideVersion(const LifecycleRules& rules, const LifecycleDay& day,
                              const ObjectInfo& version, const VersionPlace& place, Time now) {
  LifecycleAction decided = LifecycleAction::kKeep;
  for (const LifecycleRule& rule : rules) {
    if (!rule.enabled || !Matches(rule.filter, version)) continue;
    LifecycleAction action = place.current ? DecideCurrent(rule, day, version, place, now)
                                           : DecideNoncurrent(rule, day, place, now);
    decided = std::max(decided, action);
  }
  // The store would refuse; asking it again at every scan is of no use.
  if (decided == LifecycleAction::kRemove && IsLocked(version.attributes, now)) {
    return LifecycleAction::kKeep;
  }
  return decided;
}

std::optional<LifecycleDate> ExpiryOf(const LifecycleRules& rules, const LifecycleDay& day,
                                      const ObjectInfo& version) {
  std::optional<LifecycleDate> earliest;
  if (version.delete_marker) return earliest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.enabled || !Matches(rule.filter, version)) continue;
    if (auto expiry = ExpiryUnder(rule, day, version)) TakeEarlier(earliest, *expiry, rule);
  }
  return earliest;
}

std::optional<LifecycleDate> UploadExpiryOf(const LifecycleRules& rules, const LifecycleDay& day,
                                            std::string_view key, Time started_at) {
  std::optional<LifecycleDate> earliest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.enabled || !rule.abort_upload_after_days || !Matches(rule.filter, key)) continue;
    TakeEarlier(earliest, day.After(started_at, *rule.abort_upload_after_days), rule);
  }
  return earliest;
}

std::vector<std::string> PrefixesOf(const LifecycleRules& rules) {
  std::vector<std::string> sorted;
  for (const LifecycleRule& rule : rules) {
    if (rule.enabled) sorted.push_back(rule.filter.prefix);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> shortest;
  for (std::string& prefix : sorted) {
    bool covered = !shortest.empty() && prefix.starts_with(shortest.back());
    if (!covered) shortest.push_back(std::move(prefix));
  }
  return shortest;
}

}  // namespace penstock::store
