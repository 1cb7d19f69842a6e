// SPDX-License-Identifier: Apache-2.0
#include "iam/identity_state.h"

#include "iam/identity_names.h"
#include "iam/key_source.h"
#include "iam/root_principal.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

tl::unexpected<base::Error> Nobody() {
  return Fail(Code::kUnauthenticated, kUnknownKey, "no such access key, or it is disabled");
}

}  // namespace

std::vector<const Group*> IdentityState::GroupsOf(std::string_view user) const {
  std::vector<const Group*> result;
  for (const auto& [name, group] : groups) {
    if (group.members.contains(std::string(user))) result.push_back(&group);
  }
  return result;
}

std::set<std::string> IdentityState::PolicyNamesOf(const User& user) const {
  std::set<std::string> names = user.policies;
  for (const Group* group : GroupsOf(user.name)) {
    if (group->enabled) names.insert(group->policies.begin(), group->policies.end());
  }
  return names;
}

std::vector<PolicyPtr> IdentityState::PoliciesNamed(const std::set<std::string>& names) const {
  std::vector<PolicyPtr> result;
  for (const std::string& name : names) {
    auto found = policies.find(name);
    if (found != policies.end()) result.push_back(found->second.policy);
  }
  return result;
}

Status IdentityState::CheckPolicies(const std::set<std::string>& names) const {
  for (const std::string& name : names) {
    if (!policies.contains(name)) {
      return Fail(Code::kNotFound, kNoSuchPolicy, "there is no policy named '" + name + "'");
    }
  }
  return {};
}

std::vector<std::string> IdentityState::ServiceAccountsOf(std::string_view parent) const {
  std::vector<std::string> keys;
  for (const auto& [access_key, account] : service_accounts) {
    if (account.parent == parent) keys.push_back(access_key);
  }
  return keys;
}

PrincipalPtr IdentityState::OfUser(const User& user) const {
  auto principal = std::make_shared<Principal>();
  principal->key = {user.name, user.secret};
  principal->user = user.name;
  principal->arn = UserArn(user.name);
  principal->canonical_id = user.canonical_id;
  for (const Group* group : GroupsOf(user.name)) principal->groups.push_back(group->name);
  principal->policies = PoliciesNamed(PolicyNamesOf(user));
  return principal;
}

Result<PrincipalPtr> IdentityState::OfServiceAccount(const ServiceAccount& account) const {
  auto principal = std::make_shared<Principal>();
  if (account.parent.empty()) {
    *principal = *RootPrincipal({});
  } else {
    auto parent = users.find(account.parent);
    if (parent == users.end() || !parent->second.enabled) return Nobody();
    *principal = *OfUser(parent->second);
  }
  principal->key = {account.access_key, account.secret};
  principal->kind = PrincipalKind::kServiceAccount;
  principal->expires_at = account.expires_at;
  if (account.policy) {
    principal->narrowing.push_back(account.policy);
  }
  return principal;
}

Result<PrincipalPtr> IdentityState::MakePrincipal(std::string_view access_key) const {
  auto user = users.find(access_key);
  if (user != users.end()) {
    if (!user->second.enabled) return Nobody();
    return OfUser(user->second);
  }
  auto account = service_accounts.find(access_key);
  if (account == service_accounts.end() || !account->second.enabled) return Nobody();
  return OfServiceAccount(account->second);
}

}  // namespace penstock::iam
