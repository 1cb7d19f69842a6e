// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "admin/access_key_fields.h"
#include "admin/fields.h"
#include "admin/operations.h"
#include "iam/identities.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

iam::ServiceAccounts& AccountsOf(Call& call) { return call.services.identities.service_accounts(); }

}  // namespace

text::Json DescribeAccessKey(const iam::ServiceAccount& account) {
  text::Json json;
  json["access_key"] = account.access_key;
  json["user"] = account.parent;  // "" for the root
  json["status"] = account.enabled ? "enabled" : "disabled";
  json["name"] = account.name;
  json["description"] = account.description;
  json["created_at"] = base::FormatRfc3339(account.created_at);
  if (account.expires_at) json["expires_at"] = base::FormatRfc3339(*account.expires_at);
  if (account.policy != nullptr) {
    auto policy = text::ParseJson(account.policy->text());
    if (policy) json["policy"] = std::move(*policy);
  }
  return json;
}

Result<std::optional<base::Time>> ReadTime(Fields& fields, std::string_view name) {
  PENSTOCK_TRY(auto text, fields.OptionalString(name));
  if (!text || text->empty()) return std::nullopt;
  auto time = base::ParseRfc3339(*text);
  if (time) return *time;
  return Fail(Code::kInvalidArgument,
              "'" + std::string(name) + "' must be a time like 2027-01-31T00:00:00Z");
}

Result<iam::NewServiceAccount> ReadAccessKeyFields(Fields& fields) {
  iam::NewServiceAccount account;
  PENSTOCK_TRY(auto user, fields.OptionalString("user"));
  PENSTOCK_TRY(auto policy, fields.OptionalObject("policy"));
  PENSTOCK_TRY(auto name, fields.OptionalString("name"));
  PENSTOCK_TRY(auto description, fields.OptionalString("description"));
  PENSTOCK_TRY(account.expires_at, ReadTime(fields, "expires_at"));
  account.parent = user.value_or("");
  if (policy) account.policy = text::FormatJson(*policy);
  account.name = name.value_or("");
  account.description = description.value_or("");
  return account;
}

Result<text::Json> ListAccessKeys(Call& call) {
  std::optional<std::string> parent;
  if (const std::string* user = call.query.Find("user")) parent = *user;
  text::Json answer;
  answer["access_keys"] = text::Json::Array{};
  for (const iam::ServiceAccount& account : AccountsOf(call).List(parent)) {
    answer["access_keys"].Append(DescribeAccessKey(account));
  }
  return answer;
}

// The only answer that has the secret.
Result<text::Json> CreateAccessKey(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(iam::NewServiceAccount account, ReadAccessKeyFields(fields));
  PENSTOCK_TRY(auto access_key, fields.OptionalString("access_key"));
  PENSTOCK_TRY(auto secret, fields.OptionalString("secret_key"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  account.access_key = access_key.value_or("");
  account.secret = secret.value_or("");
  PENSTOCK_TRY(iam::ServiceAccount made, AccountsOf(call).Add(account));
  text::Json answer = DescribeAccessKey(made);
  answer["secret_key"] = made.secret;
  return answer;
}

Result<text::Json> GetAccessKey(Call& call) {
  PENSTOCK_TRY(iam::ServiceAccount account, AccountsOf(call).Get(call.Param("access_key")));
  return DescribeAccessKey(account);
}

Result<text::Json> ChangeAccessKey(Call& call) {
  Fields fields(call.body);
  iam::ServiceAccountChange change;
  PENSTOCK_TRY(change.secret, fields.OptionalString("secret_key"));
  PENSTOCK_TRY(change.enabled, fields.OptionalBool("enabled"));
  PENSTOCK_TRY(change.name, fields.OptionalString("name"));
  PENSTOCK_TRY(change.description, fields.OptionalString("description"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  PENSTOCK_TRY(iam::ServiceAccount account,
               AccountsOf(call).Change(call.Param("access_key"), change));
  return DescribeAccessKey(account);
}

Result<text::Json> DeleteAccessKey(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(AccountsOf(call).Remove(call.Param("access_key")));
  return text::Json(text::Json::Object{});
}

}  // namespace penstock::admin
