// SPDX-License-Identifier: Apache-2.0
#include "s3/access/bucket_rules.h"

#include <mutex>
#include <utility>

#include "s3/access/owners.h"
#include "s3/lifecycle_document.h"

namespace penstock::s3 {
namespace {

using base::Result;
namespace setting = store::setting;

// The bucket is named, so that whoever reads the log knows which.
template <typename T>
Result<T> Read(Result<T> parsed, const store::BucketInfo& bucket, std::string_view what) {
  if (parsed) return parsed;
  return base::Fail(base::Code::kDataLoss, "the " + std::string(what) + " of bucket '" +
                                               bucket.name +
                                               "' cannot be read: " + parsed.error().message());
}

}  // namespace

Result<BucketRulesPtr> ParseBucketRules(const store::BucketInfo& bucket) {
  auto rules = std::make_shared<BucketRules>();
  if (const std::string* policy = bucket.FindSetting(setting::kPolicy)) {
    PENSTOCK_TRY(rules->policy,
                 Read(iam::ParsePolicy(*policy, iam::PolicyKind::kResource), bucket, "policy"));
    rules->policy_is_public = rules->policy->IsPublic();
  }
  if (const std::string* acl = bucket.FindSetting(setting::kAcl)) {
    PENSTOCK_TRY(rules->acl, Read(ParseStoredAcl(*acl, CanonicalId(bucket.owner)), bucket, "ACL"));
  }
  if (const std::string* block = bucket.FindSetting(setting::kPublicAccessBlock)) {
    PENSTOCK_TRY(rules->block, Read(ParsePublicAccessBlock(*block), bucket, "public access block"));
  }
  if (const std::string* ownership = bucket.FindSetting(setting::kOwnership)) {
    PENSTOCK_TRY(rules->ownership, Read(OwnershipByName(*ownership), bucket, "ownership"));
  }
  if (const std::string* cors = bucket.FindSetting(setting::kCors)) {
    PENSTOCK_TRY(CorsRules parsed, Read(ParseCorsRules(*cors), bucket, "CORS configuration"));
    rules->cors = std::make_shared<const CorsRules>(std::move(parsed));
  }
  if (const std::string* lifecycle = bucket.FindSetting(setting::kLifecycle)) {
    PENSTOCK_TRY(rules->lifecycle, Read(ParseLifecycle(*lifecycle), bucket, "lifecycle"));
  }
  return BucketRulesPtr(std::move(rules));
}

Result<BucketRulesPtr> BucketRulesCache::Get(const store::BucketInfo& bucket) {
  static const BucketRulesPtr kNone = std::make_shared<const BucketRules>();
  if (bucket.settings.empty()) return kNone;
  {
    std::shared_lock lock(mutex_);
    auto found = entries_.find(bucket.id);
    if (found != entries_.end() && found->second.revision == bucket.revision) {
      return found->second.rules;
    }
  }
  PENSTOCK_TRY(BucketRulesPtr rules, ParseBucketRules(bucket));
  std::unique_lock lock(mutex_);
  // Which bucket makes room does not matter much: parsing again takes some microseconds.
  if (entries_.size() >= kMaxEntries && !entries_.contains(bucket.id)) {
    entries_.erase(entries_.begin());
  }
  entries_[bucket.id] = {bucket.revision, rules};
  return rules;
}

}  // namespace penstock::s3
