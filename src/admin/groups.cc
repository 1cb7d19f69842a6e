// SPDX-License-Identifier: Apache-2.0
#include "admin/fields.h"
#include "admin/lists.h"
#include "admin/operations.h"
#include "iam/identities.h"

namespace penstock::admin {
namespace {

using base::Fail;
using base::Result;

text::Json Describe(const iam::Group& group) {
  text::Json json;
  json["name"] = group.name;
  json["status"] = group.enabled ? "enabled" : "disabled";
  json["members"] = ToJson(group.members);
  json["policies"] = ToJson(group.policies);
  json["updated_at"] = base::FormatRfc3339(group.updated_at);
  return json;
}

Result<text::Json> Described(const Result<iam::Group>& group) {
  if (!group) return Fail(group.error());
  return Describe(*group);
}

iam::Groups& GroupsOf(Call& call) { return call.services.identities.groups(); }

using NamesChange = Result<iam::Group> (iam::Groups::*)(const std::string&,
                                                        const std::set<std::string>&);

Result<text::Json> ChangeNames(Call& call, std::string_view member, NamesChange change) {
  return ChangeByNames(call, GroupsOf(call), "group", member, change, Described);
}

}  // namespace

Result<text::Json> ListGroups(Call& call) {
  text::Json answer;
  answer["groups"] = text::Json::Array{};
  for (const iam::Group& group : GroupsOf(call).List()) answer["groups"].Append(Describe(group));
  return answer;
}

Result<text::Json> GetGroup(Call& call) {
  return Described(GroupsOf(call).Get(call.Param("group")));
}

Result<text::Json> AddGroupMembers(Call& call) {
  return ChangeNames(call, "members", &iam::Groups::AddMembers);
}

Result<text::Json> RemoveGroupMembers(Call& call) {
  return ChangeNames(call, "members", &iam::Groups::RemoveMembers);
}

Result<text::Json> ChangeGroup(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(bool enabled, fields.Bool("enabled", true));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  return Described(GroupsOf(call).SetEnabled(call.Param("group"), enabled));
}

Result<text::Json> DeleteGroup(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(GroupsOf(call).Remove(call.Param("group")));
  return text::Json(text::Json::Object{});
}

Result<text::Json> AttachGroupPolicies(Call& call) {
  return ChangeNames(call, "policies", &iam::Groups::Attach);
}

Result<text::Json> DetachGroupPolicies(Call& call) {
  return ChangeNames(call, "policies", &iam::Groups::Detach);
}

}  // namespace penstock::admin
