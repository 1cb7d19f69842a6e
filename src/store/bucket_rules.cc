// SPDX-License-Identifier: Apache-2.0
#include "store/bucket_rules.h"

#include <string>

#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Status;

// S3's own limits of a default retention.
constexpr int kMaxDays = 36'500;
constexpr int kMaxYears = 100;

Status Refuse(const BucketInfo& bucket, std::string_view why) {
  return base::Fail(Code::kFailedPrecondition, reason::kBadBucketChange,
                    "bucket '" + bucket.name + "': " + std::string(why));
}

Status CheckDefaultRetention(const BucketInfo& bucket) {
  if (!bucket.default_retention) return {};
  const DefaultRetention& retention = *bucket.default_retention;
  if (!bucket.object_lock) return Refuse(bucket, "a default retention needs object lock");
  if (retention.mode == RetentionMode::kNone) {
    return Refuse(bucket, "a default retention needs a mode, governance or compliance");
  }
  bool days = retention.days > 0 && retention.days <= kMaxDays && retention.years == 0;
  bool years = retention.years > 0 && retention.years <= kMaxYears && retention.days == 0;
  if (days != years) return {};
  return Refuse(bucket, "a default retention is 1 to 36500 days or 1 to 100 years");
}

}  // namespace

Status CheckBucketChange(const BucketInfo& before, const BucketInfo& after) {
  if (before.object_lock && !after.object_lock) {
    return Refuse(before, "object lock cannot be turned off");
  }
  if (after.object_lock && after.versioning != Versioning::kEnabled) {
    return Refuse(before, before.object_lock ? "versioning cannot be suspended under object lock"
                                             : "object lock needs versioning; enable it first");
  }
  if (before.versioning != Versioning::kOff && after.versioning == Versioning::kOff) {
    return Refuse(before, "versioning can be suspended but not undone");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckDefaultRetention(after));
  return CheckSettings(after);
}

Status CheckSettings(const BucketInfo& bucket) {
  for (const auto& [name, text] : bucket.settings) {
    if (text.size() <= kMaxSettingBytes) continue;
    return Refuse(bucket, "setting '" + name + "' has " + std::to_string(text.size()) +
                              " bytes; 1 MiB is the limit");
  }
  return {};
}

}  // namespace penstock::store
