// SPDX-License-Identifier: Apache-2.0
#include "iam/decision.h"

namespace penstock::iam {
namespace {

bool ManagesBucketPolicy(std::string_view action) {
  return action == "s3:GetBucketPolicy" || action == "s3:PutBucketPolicy" ||
         action == "s3:DeleteBucketPolicy";
}

// Any Deny wins, then any Allow.
Effect Combined(const std::vector<PolicyPtr>& policies, const AccessRequest& request) {
  Effect combined = Effect::kNone;
  for (const PolicyPtr& policy : policies) {
    Effect effect = policy->Evaluate(request);
    if (effect == Effect::kDeny) return effect;
    if (effect == Effect::kAllow) combined = effect;
  }
  return combined;
}

// Of policies that each must allow.
Decision Narrowed(const std::vector<PolicyPtr>& policies, const AccessRequest& request) {
  Decision decision = Decision::kAllowed;
  for (const PolicyPtr& policy : policies) {
    Effect effect = policy->Evaluate(request);
    if (effect == Effect::kDeny) return Decision::kDenied;
    if (effect == Effect::kNone) decision = Decision::kNotAllowed;
  }
  return decision;
}

Effect OfResource(const Principal* who, const Policy* policy, const AccessRequest& request) {
  if (policy == nullptr) return Effect::kNone;
  if (who == nullptr) return policy->EvaluateFor({}, request);
  if (who->kind == PrincipalKind::kRoot && ManagesBucketPolicy(request.action)) {
    return Effect::kNone;
  }
  return policy->EvaluateFor(who->names(), request);
}

}  // namespace

Decision Decide(const Principal* who, const Policy* resource_policy, const AccessRequest& given) {
  PrincipalContext context(who, given.context);
  AccessRequest request{given.action, given.resource, context};
  Effect resource = OfResource(who, resource_policy, request);
  if (resource == Effect::kDeny) return Decision::kDenied;
  if (who == nullptr) {
    return resource == Effect::kAllow ? Decision::kAllowed : Decision::kNotAllowed;
  }
  Effect identity = Combined(who->policies, request);
  if (identity == Effect::kDeny) return Decision::kDenied;
  Decision narrowed = Narrowed(who->narrowing, request);
  if (narrowed == Decision::kDenied) return Decision::kDenied;
  bool granted = who->acts_as_root || resource == Effect::kAllow || identity == Effect::kAllow ||
                 (who->kind == PrincipalKind::kTask && GrantAllows(who->grant, request));
  return granted ? narrowed : Decision::kNotAllowed;
}

}  // namespace penstock::iam
