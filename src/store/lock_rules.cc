// SPDX-License-Identifier: Apache-2.0
#include "store/lock_rules.h"

#include <chrono>
#include <string>

#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Status;
using base::Time;

bool IsActive(const Retention& retention, Time now) {
  return retention.mode != RetentionMode::kNone && retention.until > now;
}

tl::unexpected<base::Error> Locked(std::string_view key, const std::string& why) {
  return Fail(Code::kFailedPrecondition, reason::kObjectLocked,
              "'" + std::string(key) + "' is locked: " + why);
}

std::string Describe(const Retention& retention) {
  std::string_view mode =
      retention.mode == RetentionMode::kCompliance ? "compliance" : "governance";
  return std::string(mode) + " retention until " + base::FormatRfc3339(retention.until);
}

// The same day some years on; from 29 February, 1 March where there is no such day.
Time AddYears(Time time, int years) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date = std::chrono::year_month_day(day) + std::chrono::years(years);
  if (!date.ok()) date = date.year() / std::chrono::March / 1;
  return Time(std::chrono::sys_days(date).time_since_epoch() + (time - day));
}

Status CheckUntil(const Retention& retention, Time now) {
  if (retention.mode == RetentionMode::kNone || retention.until > now) return {};
  return Fail(Code::kInvalidArgument, reason::kBadRetention,
              "retention until " + base::FormatRfc3339(retention.until) +
                  " is in the past; name a later time");
}

}  // namespace

Status CheckRemovable(std::string_view key, const ObjectAttributes& attributes, Time now,
                      bool bypass_governance) {
  if (attributes.legal_hold) return Locked(key, "a legal hold is on it");
  const Retention& retention = attributes.retention;
  if (!IsActive(retention, now)) return {};
  if (retention.mode == RetentionMode::kGovernance && bypass_governance) return {};
  return Locked(key, Describe(retention));
}

Status CheckNewLock(const BucketInfo& bucket, const ObjectAttributes& attributes, Time now) {
  if (attributes.retention.mode == RetentionMode::kNone && !attributes.legal_hold) return {};
  if (!bucket.object_lock) {
    return Fail(Code::kFailedPrecondition, reason::kNoObjectLock,
                "bucket '" + bucket.name + "' has no object lock");
  }
  return CheckUntil(attributes.retention, now);
}

Retention RetentionOfNew(const BucketInfo& bucket, const Retention& wanted, Time now) {
  if (wanted.mode != RetentionMode::kNone || !bucket.default_retention) return wanted;
  const DefaultRetention& standard = *bucket.default_retention;
  return {standard.mode, AddYears(now, standard.years) + std::chrono::hours(24) * standard.days};
}

Status CheckRetentionChange(std::string_view key, const Retention& before, const Retention& after,
                            Time now, bool bypass_governance) {
  PENSTOCK_RETURN_IF_ERROR(CheckUntil(after, now));
  if (!IsActive(before, now)) return {};
  bool prolonged = after.mode == before.mode && after.until >= before.until;
  if (prolonged) return {};
  if (before.mode == RetentionMode::kGovernance && bypass_governance) return {};
  return Locked(key, Describe(before));
}

}  // namespace penstock::store
