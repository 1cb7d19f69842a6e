// SPDX-License-Identifier: Apache-2.0
#include "admin/fields.h"
#include "admin/lists.h"
#include "admin/operations.h"
#include "iam/identities.h"
#include "iam/policy.h"

namespace penstock::admin {
namespace {

using base::Result;

text::Json Describe(const iam::NamedPolicy& policy) {
  text::Json json;
  json["name"] = policy.name;
  json["built_in"] = policy.built_in;
  if (!policy.built_in) {
    json["created_at"] = base::FormatRfc3339(policy.created_at);
    json["updated_at"] = base::FormatRfc3339(policy.updated_at);
  }
  return json;
}

iam::Policies& PoliciesOf(Call& call) { return call.services.identities.policies(); }

}  // namespace

Result<text::Json> ListPolicies(Call& call) {
  text::Json answer;
  answer["policies"] = text::Json::Array{};
  for (const iam::NamedPolicy& policy : PoliciesOf(call).List()) {
    answer["policies"].Append(Describe(policy));
  }
  return answer;
}

Result<text::Json> GetPolicy(Call& call) {
  PENSTOCK_TRY(iam::NamedPolicy policy, PoliciesOf(call).Get(call.Param("policy")));
  text::Json answer = Describe(policy);
  PENSTOCK_TRY(answer["policy"], text::ParseJson(policy.policy->text()));
  answer["held_by"] = ToJson(PoliciesOf(call).HoldersOf(policy.name));
  return answer;
}

Result<text::Json> PutPolicy(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(auto policy, fields.OptionalObject("policy"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (!policy) {
    return base::Fail(base::Code::kInvalidArgument, "'policy' must be the policy, an object");
  }
  PENSTOCK_RETURN_IF_ERROR(PoliciesOf(call).Put(call.Param("policy"), text::FormatJson(*policy)));
  return GetPolicy(call);
}

Result<text::Json> DeletePolicy(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(PoliciesOf(call).Remove(call.Param("policy")));
  return text::Json(text::Json::Object{});
}

// Of an identity or, where a bucket is named, of that bucket; nothing is stored. What the bucket's
// other settings forbid is told when it is stored.
Result<text::Json> CheckPolicy(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(auto policy, fields.OptionalObject("policy"));
  PENSTOCK_TRY(auto bucket, fields.OptionalString("bucket"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (!policy) {
    return base::Fail(base::Code::kInvalidArgument, "'policy' must be the policy, an object");
  }
  auto kind = bucket ? iam::PolicyKind::kResource : iam::PolicyKind::kIdentity;
  PENSTOCK_TRY(iam::PolicyPtr parsed, iam::ParsePolicy(text::FormatJson(*policy), kind));
  if (bucket) PENSTOCK_RETURN_IF_ERROR(parsed->CheckIsAbout(*bucket));
  return text::Json(text::Json::Object{});
}

}  // namespace penstock::admin
