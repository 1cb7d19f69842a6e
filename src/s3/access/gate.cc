// SPDX-License-Identifier: Apache-2.0
#include "s3/access/gate.h"

#include <utility>

#include "s3/access/owners.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
using iam::Decision;

// What ACLs give (Amazon S3 user guide, "Mapping of ACL permissions and access policy
// permissions").
struct AclAction {
  std::string_view action;
  bool of_bucket;  // the bucket's ACL decides, else that of the object
  AclPermission permission;
};

constexpr AclAction kAclActions[] = {
    {"s3:ListBucket", true, AclPermission::kRead},
    {"s3:ListBucketVersions", true, AclPermission::kRead},
    {"s3:ListBucketMultipartUploads", true, AclPermission::kRead},
    {"s3:PutObject", true, AclPermission::kWrite},
    {"s3:DeleteObject", true, AclPermission::kWrite},
    {"s3:DeleteObjectVersion", true, AclPermission::kWrite},
    {"s3:AbortMultipartUpload", true, AclPermission::kWrite},
    {"s3:ListMultipartUploadParts", true, AclPermission::kWrite},
    {"s3:GetBucketAcl", true, AclPermission::kReadAcp},
    {"s3:PutBucketAcl", true, AclPermission::kWriteAcp},
    {"s3:GetObject", false, AclPermission::kRead},
    {"s3:GetObjectVersion", false, AclPermission::kRead},
    {"s3:GetObjectAttributes", false, AclPermission::kRead},
    {"s3:GetObjectVersionAttributes", false, AclPermission::kRead},
    {"s3:GetObjectAcl", false, AclPermission::kReadAcp},
    {"s3:GetObjectVersionAcl", false, AclPermission::kReadAcp},
    {"s3:PutObjectAcl", false, AclPermission::kWriteAcp},
    {"s3:PutObjectVersionAcl", false, AclPermission::kWriteAcp},
};

const AclAction* FindAclAction(std::string_view action) {
  for (const AclAction& entry : kAclActions) {
    if (entry.action == action) return &entry;
  }
  return nullptr;
}

}  // namespace

Result<std::shared_ptr<const store::BucketInfo>> Gate::Bucket(std::string_view bucket) {
  if (bucket_ == nullptr || bucket_->name != bucket) {
    rules_.reset();
    PENSTOCK_TRY(bucket_, store_.GetBucket(bucket));
  }
  return bucket_;
}

Result<BucketRulesPtr> Gate::Rules(std::string_view bucket) {
  PENSTOCK_TRY(auto info, Bucket(bucket));
  if (rules_ == nullptr) {
    PENSTOCK_TRY(rules_, cache_.Get(*info));
  }
  return rules_;
}

// Overrides are those of the innermost question, which may come up while another is being answered.
Status Gate::Require(std::string_view action, const AccessTarget& target,
                     const iam::MapContext* more) {
  BucketRulesPtr rules;
  std::optional<base::Error> no_bucket;
  if (!target.bucket.empty()) {
    auto found = Rules(target.bucket);
    if (found) {
      rules = *found;
    } else if (found.error().code() == base::Code::kDataLoss) {
      return base::Fail(found.error());
    } else {
      no_bucket = found.error();
    }
  }
  conditions_.SetOverrides(more);
  Decision decision = DecideByPolicies(action, target, rules.get());
  if (decision == Decision::kAllowed) return {};
  if (decision == Decision::kNotAllowed && rules != nullptr) {
    PENSTOCK_TRY(bool allowed, AclAllows(action, target, *rules));
    if (allowed) return {};
  }
  if (no_bucket && action != "s3:CreateBucket") return base::Fail(*std::move(no_bucket));
  return Refuse(code::kAccessDenied);
}

Decision Gate::DecideByPolicies(std::string_view action, const AccessTarget& target,
                                const BucketRules* rules) {
  const iam::Principal* who = principal();
  const iam::Policy* policy = rules == nullptr ? nullptr : rules->policy.get();
  // The root's own key, where no bucket policy could say no.
  if (who != nullptr && who->acts_as_root && policy == nullptr && who->narrowing.empty()) {
    return Decision::kAllowed;
  }
  // A public policy that is restricted is one for those who have signed in.
  if (who == nullptr && rules != nullptr && rules->policy_is_public &&
      rules->block.restrict_public_buckets) {
    return Decision::kNotAllowed;
  }
  conditions_.SetTarget(target);
  std::string arn = target.Arn();
  return iam::Decide(who, policy, {action, arn, conditions_});
}

bool Gate::Counts(const Acl& acl, AclPermission permission, std::string_view owner,
                  const BucketRules& rules) const {
  const iam::Principal* who = principal();
  AclCaller caller;
  if (who != nullptr) caller = {true, who->canonical_id};
  return acl.Allows(permission, caller, owner, !rules.block.ignore_public_acls);
}

bool Gate::MayKnowMissing(const AccessTarget& target) {
  iam::MapContext listing{{"s3:prefix", {std::string(target.key)}}};
  return Allows("s3:ListBucket", {target.bucket, "", ""}, &listing);
}

bool Gate::BucketAclAllows(AclPermission permission, std::string_view bucket) {
  auto rules = Rules(bucket);
  if (!rules || !(*rules)->has_acls()) return false;
  return Counts((*rules)->acl, permission, CanonicalId(bucket_->owner), **rules);
}

Result<bool> Gate::AclAllows(std::string_view action, const AccessTarget& target,
                             const BucketRules& rules) {
  const AclAction* entry = FindAclAction(action);
  const iam::Principal* who = principal();
  // A session that was narrowed down is for what its policy names, and a task's key for its grant.
  bool narrowed =
      who != nullptr && (!who->narrowing.empty() || who->kind == iam::PrincipalKind::kTask);
  if (entry == nullptr || !rules.has_acls() || narrowed) return false;
  if (entry->of_bucket) return BucketAclAllows(entry->permission, target.bucket);
  auto info = store_.GetObjectInfo(target.bucket, target.key, target.version_id);
  if (!info) {
    bool missing = info.error().code() == base::Code::kNotFound;
    if (missing && !MayKnowMissing(target)) return false;
    return base::Fail(info.error());
  }
  std::string owner = CanonicalId(info->attributes.owner);
  PENSTOCK_TRY(Acl acl, ParseStoredAcl(info->attributes.acl, owner));
  return Counts(acl, entry->permission, owner, rules);
}

}  // namespace penstock::s3
