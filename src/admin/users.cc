// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "admin/fields.h"
#include "admin/lists.h"
#include "admin/operations.h"
#include "iam/identities.h"
#include "iam/identity_names.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxPage = 1000;

text::Json Describe(const iam::UserInfo& user) {
  text::Json json;
  json["access_key"] = user.name;
  json["status"] = user.enabled ? "enabled" : "disabled";
  json["policies"] = ToJson(user.policies);
  json["groups"] = ToJson(user.groups);
  json["access_keys"] = ToJson(user.service_accounts);
  json["arn"] = user.arn;
  json["canonical_id"] = user.canonical_id;
  json["created_at"] = base::FormatRfc3339(user.created_at);
  json["updated_at"] = base::FormatRfc3339(user.updated_at);
  return json;
}

Result<text::Json> Described(const Result<iam::UserInfo>& user) {
  if (!user) return Fail(user.error());
  return Describe(*user);
}

// The root is no user of the list, but whoever grants it something needs its ids.
std::optional<text::Json> DescribeRoot(Call& call, const std::string& name) {
  auto found = call.services.credentials.Find(name, "");
  if (!found || (*found)->kind != iam::PrincipalKind::kRoot) return std::nullopt;
  text::Json json;
  json["access_key"] = name;
  json["status"] = "enabled";
  json["policies"] = text::Json::Array{};
  json["groups"] = text::Json::Array{};
  json["access_keys"] = text::Json::Array{};
  json["arn"] = (*found)->arn;
  json["canonical_id"] = (*found)->canonical_id;
  json["root"] = true;
  return json;
}

iam::Users& UsersOf(Call& call) { return call.services.identities.users(); }

}  // namespace

Result<text::Json> ListUsers(Call& call) {
  auto users = UsersOf(call).List(call.query.GetOr("after", ""), kMaxPage + 1);
  text::Json answer;
  answer["truncated"] = users.size() > kMaxPage;
  if (users.size() > kMaxPage) users.pop_back();
  answer["users"] = text::Json::Array{};
  for (const iam::UserInfo& user : users) answer["users"].Append(Describe(user));
  return answer;
}

Result<text::Json> CreateUser(Call& call) {
  Fields fields(call.body);
  iam::NewUser user;
  user.name = call.Param("access_key");
  PENSTOCK_TRY(user.secret, fields.String("secret_key"));
  PENSTOCK_TRY(auto policies, fields.Strings("policies"));
  PENSTOCK_TRY(user.enabled, fields.Bool("enabled", true));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  user.policies.insert(policies.begin(), policies.end());
  return Described(UsersOf(call).Add(user));
}

Result<text::Json> GetUser(Call& call) {
  const std::string& name = call.Param("access_key");
  auto user = UsersOf(call).Get(name);
  if (user) return Describe(*user);
  if (auto root = DescribeRoot(call, name)) return std::move(*root);
  return Fail(std::move(user.error()));
}

Result<text::Json> ChangeUser(Call& call) {
  Fields fields(call.body);
  iam::UserChange change;
  PENSTOCK_TRY(change.secret, fields.OptionalString("secret_key"));
  PENSTOCK_TRY(change.enabled, fields.OptionalBool("enabled"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  return Described(UsersOf(call).Change(call.Param("access_key"), change));
}

Result<text::Json> DeleteUser(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(UsersOf(call).Remove(call.Param("access_key")));
  return text::Json(text::Json::Object{});
}

Result<text::Json> AttachUserPolicies(Call& call) {
  return ChangeByNames(call, UsersOf(call), "access_key", "policies", &iam::Users::Attach,
                       Described);
}

Result<text::Json> DetachUserPolicies(Call& call) {
  return ChangeByNames(call, UsersOf(call), "access_key", "policies", &iam::Users::Detach,
                       Described);
}

}  // namespace penstock::admin
