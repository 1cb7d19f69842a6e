// SPDX-License-Identifier: Apache-2.0
#include "iam/users.h"

#include "iam/identity_names.h"
#include "iam/key_letters.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

UserInfo InfoOf(const IdentityState& state, const User& user) {
  UserInfo info;
  info.name = user.name;
  info.arn = UserArn(user.name);
  info.canonical_id = user.canonical_id;
  info.enabled = user.enabled;
  info.policies = user.policies;
  for (const Group* group : state.GroupsOf(user.name)) info.groups.push_back(group->name);
  info.service_accounts = state.ServiceAccountsOf(user.name);
  info.created_at = user.created_at;
  info.updated_at = user.updated_at;
  return info;
}

}  // namespace

Status IdentityCore::CheckKeyIsFree(std::string_view access_key) const {
  if (access_key != root_access_key && !state.users.contains(access_key) &&
      !state.service_accounts.contains(access_key)) {
    return {};
  }
  return Fail(Code::kAlreadyExists, kNameTaken,
              "the access key '" + std::string(access_key) + "' is taken");
}

Result<User> Users::FindUser(const std::string& name) const {
  return core_.Read([&](const IdentityState& state) -> Result<User> {
    auto found = state.users.find(name);
    if (found != state.users.end()) return found->second;
    return Fail(Code::kNotFound, kNoSuchUser, "there is no user named '" + name + "'");
  });
}

Result<UserInfo> Users::Get(std::string_view name) const {
  PENSTOCK_TRY(User user, FindUser(std::string(name)));
  return core_.Read([&](const IdentityState& state) { return InfoOf(state, user); });
}

std::optional<std::string> Users::NameOf(std::string_view canonical_id) const {
  return core_.Read([&](const IdentityState& state) -> std::optional<std::string> {
    for (const auto& [name, user] : state.users) {
      if (user.canonical_id == canonical_id) return name;
    }
    return std::nullopt;
  });
}

std::vector<UserInfo> Users::List(std::string_view after, size_t most) const {
  return core_.Read([&](const IdentityState& state) {
    std::vector<UserInfo> result;
    for (auto it = state.users.upper_bound(after); it != state.users.end() && result.size() < most;
         ++it) {
      result.push_back(InfoOf(state, it->second));
    }
    return result;
  });
}

Result<UserInfo> Users::Store(User user) {
  user.updated_at = core_.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(
      core_.storage.Put(DocumentName(user), FormatUser(user, core_.key, core_.random)));
  core_.Apply([&](IdentityState& state) { state.users[user.name] = user; });
  return core_.Read([&](const IdentityState& state) { return InfoOf(state, user); });
}

Result<UserInfo> Users::Add(const NewUser& given) {
  PENSTOCK_RETURN_IF_ERROR(CheckAccessKey(given.name));
  PENSTOCK_RETURN_IF_ERROR(CheckSecret(given.secret));
  std::lock_guard change(core_.changing);
  PENSTOCK_RETURN_IF_ERROR(core_.CheckKeyIsFree(given.name));
  PENSTOCK_RETURN_IF_ERROR(core_.state.CheckPolicies(given.policies));
  User user;
  user.name = given.name;
  user.secret = given.secret;
  user.enabled = given.enabled;
  user.policies = given.policies;
  user.canonical_id = NewCanonicalId(core_.random);
  user.created_at = core_.clock.Now();
  return Store(std::move(user));
}

Result<UserInfo> Users::Change(const std::string& name, const UserChange& given) {
  if (given.secret) PENSTOCK_RETURN_IF_ERROR(CheckSecret(*given.secret));
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(User user, FindUser(name));
  if (given.policies) {
    PENSTOCK_RETURN_IF_ERROR(core_.state.CheckPolicies(*given.policies));
    user.policies = *given.policies;
  }
  if (given.secret) user.secret = *given.secret;
  if (given.enabled) user.enabled = *given.enabled;
  return Store(std::move(user));
}

Result<UserInfo> Users::Attach(const std::string& name, const std::set<std::string>& policies) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(User user, FindUser(name));
  PENSTOCK_RETURN_IF_ERROR(core_.state.CheckPolicies(policies));
  user.policies.insert(policies.begin(), policies.end());
  return Store(std::move(user));
}

Result<UserInfo> Users::Detach(const std::string& name, const std::set<std::string>& policies) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(User user, FindUser(name));
  for (const std::string& policy : policies) user.policies.erase(policy);
  return Store(std::move(user));
}

// The user goes last, so that what a crash leaves is a user, and never a key or a membership that
// would pass to a later user of the same name.
Status Users::Remove(const std::string& name) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(User user, FindUser(name));
  for (const std::string& access_key : core_.state.ServiceAccountsOf(name)) {
    PENSTOCK_RETURN_IF_ERROR(core_.storage.Remove("keys/" + access_key));
    core_.Apply([&](IdentityState& state) { state.service_accounts.erase(access_key); });
  }
  for (const Group* member_of : core_.state.GroupsOf(name)) {
    Group group = *member_of;
    group.members.erase(name);
    PENSTOCK_RETURN_IF_ERROR(core_.storage.Put(DocumentName(group), FormatGroup(group)));
    core_.Apply([&](IdentityState& state) { state.groups[group.name] = group; });
  }
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Remove(DocumentName(user)));
  core_.Apply([&](IdentityState& state) { state.users.erase(name); });
  return {};
}

}  // namespace penstock::iam
