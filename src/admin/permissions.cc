// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "admin/operations.h"
#include "admin/routes.h"
#include "iam/decision.h"
#include "iam/policy.h"

namespace penstock::admin {
namespace {

using base::Result;

constexpr std::string_view kArnPrefix = "arn:aws:s3:::";

// What is asked of the S3 protocol, and shown as a button somewhere.
constexpr std::string_view kOfBuckets[] = {
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketNotification",
    "s3:PutBucketCORS",
    "s3:PutBucketTagging",
    "s3:PutEncryptionConfiguration",
};
constexpr std::string_view kOfObjects[] = {
    "s3:GetObject",          "s3:PutObject",           "s3:DeleteObject",
    "s3:GetObjectVersion",   "s3:DeleteObjectVersion", "s3:PutObjectTagging",
    "s3:PutObjectRetention", "s3:PutObjectLegalHold",  "s3:BypassGovernanceRetention",
};

class Asked {
 public:
  Asked(const Call& call, const iam::Policy* bucket_policy)
      : call_(call), bucket_policy_(bucket_policy) {
    context_.Set("aws:CurrentTime", {base::FormatRfc3339(call.services.clock.Now())});
    context_.Set("aws:SourceIp", {call.actor.source});
  }

  void Ask(std::string_view action, const std::string& resource) {
    iam::AccessRequest wanted{action, resource, context_};
    const iam::Principal* who = call_.identity.principal.get();
    if (iam::Decide(who, bucket_policy_, wanted) == iam::Decision::kAllowed) {
      allowed_.insert(std::string(action));
    }
  }

  text::Json Allowed() const {
    text::Json::Array array;
    for (const std::string& action : allowed_) array.emplace_back(action);
    return array;
  }

 private:
  const Call& call_;
  const iam::Policy* bucket_policy_;
  iam::MapContext context_;
  std::set<std::string> allowed_;
};

// Whether there is any name that a bucket may be made of: those that policies speak of are tried.
void AskOfNewBuckets(const Call& call, Asked& asked) {
  constexpr std::string_view kCreate = "s3:CreateBucket";
  asked.Ask(kCreate, std::string(kArnPrefix) + "*");
  if (call.identity.principal == nullptr) return;
  for (const iam::PolicyPtr& policy : call.identity.principal->policies) {
    for (const iam::Statement& statement : policy->statements()) {
      for (const iam::ValuePattern& name : statement.resources()) asked.Ask(kCreate, name.text());
    }
  }
}

Result<iam::PolicyPtr> PolicyOf(const Call& call, const std::string& bucket) {
  if (bucket.empty()) return nullptr;
  auto info = call.services.store.GetBucket(bucket);
  if (!info) return nullptr;  // whether there is one is not told to everybody
  const std::string* text = (*info)->FindSetting(store::setting::kPolicy);
  if (text == nullptr) return nullptr;
  return iam::ParsePolicy(*text, iam::PolicyKind::kResource);
}

}  // namespace

Result<text::Json> ListPermissions(Call& call) {
  const std::string bucket = call.query.GetOr("bucket", "");
  PENSTOCK_TRY(iam::PolicyPtr policy, PolicyOf(call, bucket));
  const std::string of_bucket = bucket.empty() ? "" : std::string(kArnPrefix) + bucket;
  Asked asked(call, policy.get());
  ForEachPermission([&](std::string_view permission, bool about_bucket) {
    if (!about_bucket || !bucket.empty()) asked.Ask(permission, about_bucket ? of_bucket : "");
  });
  if (bucket.empty()) {
    AskOfNewBuckets(call, asked);
  } else {
    for (std::string_view action : kOfBuckets) asked.Ask(action, of_bucket);
    std::string objects = of_bucket + "/" + std::string(call.query.GetOr("prefix", "")) + "*";
    for (std::string_view action : kOfObjects) asked.Ask(action, objects);
  }
  text::Json answer;
  answer["access_key"] = call.identity.authorization.access_key;
  answer["permissions"] = asked.Allowed();
  return answer;
}

}  // namespace penstock::admin
