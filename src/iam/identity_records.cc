// SPDX-License-Identifier: Apache-2.0
#include "iam/identity_records.h"

#include "text/json.h"

namespace penstock::iam {
namespace {

using base::Result;
using text::Json;

constexpr std::string_view kSecretPurpose = "penstock user secret";

Json ListOf(const std::set<std::string>& names) {
  Json list{Json::Array{}};
  for (const std::string& name : names) list.Append(name);
  return list;
}

std::set<std::string> SetOf(const Json& document, std::string_view member) {
  std::set<std::string> names;
  const Json* list = document.Find(member);
  if (list == nullptr || !list->is_array()) return names;
  for (const Json& name : list->as_array()) {
    if (name.is_string()) names.insert(name.as_string());
  }
  return names;
}

base::Time TimeOf(const Json& document, std::string_view member) {
  return base::FromMicros(document.IntegerOr(member, 0));
}

}  // namespace

std::string DocumentName(const User& user) { return "users/" + user.name; }
std::string DocumentName(const Group& group) { return "groups/" + group.name; }
std::string DocumentName(const NamedPolicy& policy) { return "policies/" + policy.name; }
std::string DocumentName(const ServiceAccount& account) { return "keys/" + account.access_key; }

std::string FormatUser(const User& user, const IdentityKey& key, base::Random& random) {
  Json document;
  document["secret"] = key.Seal(kSecretPurpose, user.name, user.secret, random);
  document["enabled"] = user.enabled;
  document["policies"] = ListOf(user.policies);
  document["canonical_id"] = user.canonical_id;
  document["created_at"] = base::ToMicros(user.created_at);
  document["updated_at"] = base::ToMicros(user.updated_at);
  return text::FormatJson(document);
}

Result<User> ReadUser(std::string_view name, std::string_view text, const IdentityKey& key) {
  PENSTOCK_TRY(Json document, text::ParseJson(text));
  User user;
  user.name = name;
  PENSTOCK_TRY(user.secret, key.Unseal(kSecretPurpose, name, document.StringOr("secret", "")));
  user.enabled = document.BoolOr("enabled", false);
  user.policies = SetOf(document, "policies");
  user.canonical_id = document.StringOr("canonical_id", "");
  user.created_at = TimeOf(document, "created_at");
  user.updated_at = TimeOf(document, "updated_at");
  return user;
}

std::string FormatGroup(const Group& group) {
  Json document;
  document["members"] = ListOf(group.members);
  document["policies"] = ListOf(group.policies);
  document["enabled"] = group.enabled;
  document["updated_at"] = base::ToMicros(group.updated_at);
  return text::FormatJson(document);
}

Result<Group> ReadGroup(std::string_view name, std::string_view text) {
  PENSTOCK_TRY(Json document, text::ParseJson(text));
  Group group;
  group.name = name;
  group.members = SetOf(document, "members");
  group.policies = SetOf(document, "policies");
  group.enabled = document.BoolOr("enabled", false);
  group.updated_at = TimeOf(document, "updated_at");
  return group;
}

std::string FormatNamedPolicy(const NamedPolicy& policy) {
  Json document;
  document["text"] = policy.policy->text();
  document["created_at"] = base::ToMicros(policy.created_at);
  document["updated_at"] = base::ToMicros(policy.updated_at);
  return text::FormatJson(document);
}

Result<NamedPolicy> ReadNamedPolicy(std::string_view name, std::string_view text) {
  PENSTOCK_TRY(Json document, text::ParseJson(text));
  NamedPolicy policy;
  policy.name = name;
  PENSTOCK_TRY(policy.policy, ParsePolicy(document.StringOr("text", ""), PolicyKind::kIdentity));
  policy.created_at = TimeOf(document, "created_at");
  policy.updated_at = TimeOf(document, "updated_at");
  return policy;
}

std::string FormatServiceAccount(const ServiceAccount& account, const IdentityKey& key,
                                 base::Random& random) {
  Json document;
  document["secret"] = key.Seal(kSecretPurpose, account.access_key, account.secret, random);
  document["parent"] = account.parent;
  if (account.policy) document["policy"] = account.policy->text();
  document["name"] = account.name;
  document["description"] = account.description;
  document["enabled"] = account.enabled;
  if (account.expires_at) document["expires_at"] = base::ToMicros(*account.expires_at);
  document["created_at"] = base::ToMicros(account.created_at);
  return text::FormatJson(document);
}

Result<ServiceAccount> ReadServiceAccount(std::string_view access_key, std::string_view text,
                                          const IdentityKey& key) {
  PENSTOCK_TRY(Json document, text::ParseJson(text));
  ServiceAccount account;
  account.access_key = access_key;
  PENSTOCK_TRY(account.secret,
               key.Unseal(kSecretPurpose, access_key, document.StringOr("secret", "")));
  account.parent = document.StringOr("parent", "");
  if (const Json* policy = document.Find("policy")) {
    PENSTOCK_TRY(account.policy, ParsePolicy(policy->is_string() ? policy->as_string() : "",
                                             PolicyKind::kIdentity));
  }
  account.name = document.StringOr("name", "");
  account.description = document.StringOr("description", "");
  account.enabled = document.BoolOr("enabled", false);
  if (document.Find("expires_at") != nullptr) account.expires_at = TimeOf(document, "expires_at");
  account.created_at = TimeOf(document, "created_at");
  return account;
}

}  // namespace penstock::iam
