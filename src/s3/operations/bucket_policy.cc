// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "iam/policy.h"
#include "s3/access/bucket_rules.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/bucket_settings.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "text/xml.h"

namespace penstock::s3 {

using base::Status;
namespace setting = store::setting;

Status GetBucketPolicy(Call& call) {
  PENSTOCK_TRY(std::string policy, ReadSetting(call, setting::kPolicy, code::kNoSuchBucketPolicy));
  net::Headers headers;
  headers.Set("Content-Type", "application/json");
  return call.response.Send(200, std::move(headers), policy);
}

Status PutBucketPolicy(Call& call) {
  PENSTOCK_TRY(std::string text,
               ReadSmallPayload(call.request, call.identity, iam::kMaxPolicyBytes + 1));
  auto policy = iam::ParsePolicy(text, iam::PolicyKind::kResource);
  if (!policy) return Refuse(code::kMalformedPolicy, policy.error().message());
  if (Status about = (*policy)->CheckIsAbout(call.bucket()); !about) {
    return Refuse(code::kMalformedPolicy, about.error().message());
  }
  const auto& statements = (*policy)->statements();
  if (std::any_of(statements.begin(), statements.end(),
                  [](const iam::Statement& statement) { return statement.AllowsAllBut(); })) {
    return Refuse(code::kMalformedPolicy,
                  "Allow with NotPrincipal is not allowed: name those whom to allow");
  }
  bool is_public = (*policy)->IsPublic();
  auto change = [&](store::BucketInfo& bucket) -> Status {
    PENSTOCK_TRY(BucketRulesPtr rules, ParseBucketRules(bucket));
    if (is_public && rules->block.block_public_policy) return Refuse(code::kAccessDenied);
    bucket.settings[std::string(setting::kPolicy)] = text;
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(call.store.UpdateBucket(call.bucket(), change));
  return SendEmpty(call, 204);
}

Status DeleteBucketPolicy(Call& call) { return DeleteSetting(call, setting::kPolicy); }

Status GetBucketPolicyStatus(Call& call) {
  PENSTOCK_TRY(BucketRulesPtr rules, call.gate.Rules(call.bucket()));
  bool by_acl = rules->has_acls() && !rules->block.ignore_public_acls && rules->acl.IsPublic();
  text::XmlWriter xml;
  xml.Open("PolicyStatus", kXmlns);
  xml.Bool("IsPublic", rules->policy_is_public || by_acl);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
