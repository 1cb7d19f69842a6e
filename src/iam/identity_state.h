// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/identity_records.h"
#include "iam/principal.h"

namespace penstock::iam {

// All users, groups, policies and service accounts, and what follows from them. Plain data; whoever
// holds it guards it.
struct IdentityState {
  std::map<std::string, User, std::less<>> users;
  std::map<std::string, Group, std::less<>> groups;
  std::map<std::string, NamedPolicy, std::less<>> policies;
  std::map<std::string, ServiceAccount, std::less<>> service_accounts;

  // The groups that the user is a member of.
  std::vector<const Group*> GroupsOf(std::string_view user) const;
  // Names of the user's policies, and those of its enabled groups.
  std::set<std::string> PolicyNamesOf(const User& user) const;
  // The policies that exist of these names.
  std::vector<PolicyPtr> PoliciesNamed(const std::set<std::string>& names) const;
  // kNotFound where a policy does not exist.
  base::Status CheckPolicies(const std::set<std::string>& names) const;
  std::vector<std::string> ServiceAccountsOf(std::string_view parent) const;

  // Whose key it is: a user's or a service account's. kUnauthenticated where it is nobody's, or
  // disabled, or its parent is. Does not look at the clock.
  base::Result<PrincipalPtr> MakePrincipal(std::string_view access_key) const;

 private:
  PrincipalPtr OfUser(const User& user) const;
  base::Result<PrincipalPtr> OfServiceAccount(const ServiceAccount& account) const;
};

}  // namespace penstock::iam
