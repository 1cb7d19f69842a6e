// SPDX-License-Identifier: Apache-2.0
#include "iam/policies.h"

#include "iam/identity_names.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Result<NamedPolicy> Find(const IdentityState& state, std::string_view name) {
  auto found = state.policies.find(name);
  if (found != state.policies.end()) return found->second;
  return Fail(Code::kNotFound, kNoSuchPolicy,
              "there is no policy named '" + std::string(name) + "'");
}

Status CheckIsOwn(const NamedPolicy& policy) {
  if (!policy.built_in) return {};
  return Fail(Code::kFailedPrecondition, kBuiltInPolicy,
              "'" + policy.name + "' is built in and cannot be changed; make one of another name");
}

}  // namespace

Result<NamedPolicy> Policies::Get(std::string_view name) const {
  return core_.Read([&](const IdentityState& state) { return Find(state, name); });
}

std::vector<NamedPolicy> Policies::List() const {
  return core_.Read([](const IdentityState& state) {
    std::vector<NamedPolicy> result;
    for (const auto& [name, policy] : state.policies) result.push_back(policy);
    return result;
  });
}

Status Policies::Put(const std::string& name, std::string_view text) {
  PENSTOCK_RETURN_IF_ERROR(CheckName("policy", name));
  NamedPolicy policy;
  policy.name = name;
  PENSTOCK_TRY(policy.policy, ParsePolicy(text, PolicyKind::kIdentity));
  std::lock_guard change(core_.changing);
  policy.created_at = policy.updated_at = core_.clock.Now();
  auto existing = Find(core_.state, name);
  if (existing) {
    PENSTOCK_RETURN_IF_ERROR(CheckIsOwn(*existing));
    policy.created_at = existing->created_at;
  }
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Put(DocumentName(policy), FormatNamedPolicy(policy)));
  core_.Apply([&](IdentityState& state) { state.policies[name] = policy; });
  return {};
}

Status Policies::Remove(const std::string& name) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(NamedPolicy policy, Find(core_.state, name));
  PENSTOCK_RETURN_IF_ERROR(CheckIsOwn(policy));
  std::vector<std::string> holders = HoldersOf(name);
  if (!holders.empty()) {
    std::string more =
        holders.size() > 1 ? " and " + std::to_string(holders.size() - 1) + " more" : std::string();
    return Fail(
        Code::kFailedPrecondition, kPolicyInUse,
        "the policy '" + name + "' is attached to " + holders.front() + more + "; detach it first");
  }
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Remove(DocumentName(policy)));
  core_.Apply([&](IdentityState& state) { state.policies.erase(name); });
  return {};
}

std::vector<std::string> Policies::HoldersOf(std::string_view name) const {
  return core_.Read([&](const IdentityState& state) {
    std::string wanted(name);
    std::vector<std::string> holders;
    for (const auto& [user_name, user] : state.users) {
      if (user.policies.contains(wanted)) holders.push_back("user " + user_name);
    }
    for (const auto& [group_name, group] : state.groups) {
      if (group.policies.contains(wanted)) holders.push_back("group " + group_name);
    }
    return holders;
  });
}

}  // namespace penstock::iam
