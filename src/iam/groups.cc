// SPDX-License-Identifier: Apache-2.0
#include "iam/groups.h"

#include "iam/identity_names.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

}  // namespace

Result<Group> Groups::Get(std::string_view name) const {
  return core_.Read([&](const IdentityState& state) -> Result<Group> {
    auto found = state.groups.find(name);
    if (found != state.groups.end()) return found->second;
    return Fail(Code::kNotFound, kNoSuchGroup,
                "there is no group named '" + std::string(name) + "'");
  });
}

std::vector<Group> Groups::List() const {
  return core_.Read([](const IdentityState& state) {
    std::vector<Group> result;
    for (const auto& [name, group] : state.groups) result.push_back(group);
    return result;
  });
}

Result<Group> Groups::Store(Group group) {
  group.updated_at = core_.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Put(DocumentName(group), FormatGroup(group)));
  core_.Apply([&](IdentityState& state) { state.groups[group.name] = group; });
  return group;
}

Result<Group> Groups::AddMembers(const std::string& name, const std::set<std::string>& members) {
  PENSTOCK_RETURN_IF_ERROR(CheckName("group", name));
  std::lock_guard change(core_.changing);
  for (const std::string& member : members) {
    if (!core_.state.users.contains(member)) {
      return Fail(Code::kNotFound, kNoSuchUser, "there is no user named '" + member + "'");
    }
  }
  auto existing = Get(name);
  Group group;
  if (existing) group = *std::move(existing);
  group.name = name;
  group.members.insert(members.begin(), members.end());
  return Store(std::move(group));
}

Result<Group> Groups::RemoveMembers(const std::string& name, const std::set<std::string>& members) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(Group group, Get(name));
  for (const std::string& member : members) group.members.erase(member);
  return Store(std::move(group));
}

Result<Group> Groups::SetEnabled(const std::string& name, bool enabled) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(Group group, Get(name));
  group.enabled = enabled;
  return Store(std::move(group));
}

Result<Group> Groups::Attach(const std::string& name, const std::set<std::string>& policies) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(Group group, Get(name));
  PENSTOCK_RETURN_IF_ERROR(core_.state.CheckPolicies(policies));
  group.policies.insert(policies.begin(), policies.end());
  return Store(std::move(group));
}

Result<Group> Groups::Detach(const std::string& name, const std::set<std::string>& policies) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(Group group, Get(name));
  for (const std::string& policy : policies) group.policies.erase(policy);
  return Store(std::move(group));
}

Status Groups::Remove(const std::string& name) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(Group group, Get(name));
  if (!group.members.empty()) {
    return Fail(Code::kFailedPrecondition, kGroupNotEmpty,
                "the group '" + name + "' has " + std::to_string(group.members.size()) +
                    " members; remove them first");
  }
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Remove(DocumentName(group)));
  core_.Apply([&](IdentityState& state) { state.groups.erase(name); });
  return {};
}

}  // namespace penstock::iam
