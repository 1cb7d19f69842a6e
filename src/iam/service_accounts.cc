// SPDX-License-Identifier: Apache-2.0
#include "iam/service_accounts.h"

#include "iam/identity_names.h"
#include "iam/key_letters.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMostDescription = 256;

Result<PolicyPtr> ReadPolicy(const std::string& text) {
  if (text.empty()) return PolicyPtr();
  return ParsePolicy(text, PolicyKind::kIdentity);
}

Status CheckText(std::string_view what, std::string_view text) {
  if (text.size() <= kMostDescription) return {};
  return Fail(Code::kInvalidArgument, "the " + std::string(what) +
                                          " of an access key has at most " +
                                          std::to_string(kMostDescription) + " bytes");
}

}  // namespace

Result<ServiceAccount> ServiceAccounts::Get(std::string_view access_key) const {
  return core_.Read([&](const IdentityState& state) -> Result<ServiceAccount> {
    auto found = state.service_accounts.find(access_key);
    if (found != state.service_accounts.end()) return found->second;
    return Fail(Code::kNotFound, kNoSuchAccessKey,
                "there is no access key '" + std::string(access_key) + "'");
  });
}

std::vector<ServiceAccount> ServiceAccounts::List(const std::optional<std::string>& parent) const {
  return core_.Read([&](const IdentityState& state) {
    std::vector<ServiceAccount> result;
    for (const auto& [access_key, account] : state.service_accounts) {
      if (!parent || account.parent == *parent) result.push_back(account);
    }
    return result;
  });
}

Status ServiceAccounts::CheckExpiry(const std::optional<base::Time>& expires_at) const {
  if (!expires_at || *expires_at > core_.clock.Now()) return {};
  return Fail(Code::kInvalidArgument, "the time at which an access key expires must lie ahead");
}

Result<ServiceAccount> ServiceAccounts::Store(ServiceAccount account) {
  PENSTOCK_RETURN_IF_ERROR(CheckSecret(account.secret));
  PENSTOCK_RETURN_IF_ERROR(CheckText("name", account.name));
  PENSTOCK_RETURN_IF_ERROR(CheckText("description", account.description));
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Put(
      DocumentName(account), FormatServiceAccount(account, core_.key, core_.random)));
  core_.Apply([&](IdentityState& state) { state.service_accounts[account.access_key] = account; });
  return account;
}

Result<ServiceAccount> ServiceAccounts::Add(const NewServiceAccount& given) {
  ServiceAccount account;
  account.access_key = given.access_key.empty() ? NewAccessKey(core_.random) : given.access_key;
  account.secret = given.secret.empty() ? NewSecretKey(core_.random) : given.secret;
  PENSTOCK_RETURN_IF_ERROR(CheckAccessKey(account.access_key));
  PENSTOCK_RETURN_IF_ERROR(CheckExpiry(given.expires_at));
  PENSTOCK_TRY(account.policy, ReadPolicy(given.policy));
  account.parent = given.parent;
  account.name = given.name;
  account.description = given.description;
  account.expires_at = given.expires_at;
  account.created_at = core_.clock.Now();
  std::lock_guard change(core_.changing);
  PENSTOCK_RETURN_IF_ERROR(core_.CheckKeyIsFree(account.access_key));
  if (!account.parent.empty() && !core_.state.users.contains(account.parent)) {
    return Fail(Code::kNotFound, kNoSuchUser, "there is no user named '" + account.parent + "'");
  }
  return Store(std::move(account));
}

Result<ServiceAccount> ServiceAccounts::Change(const std::string& access_key,
                                               const ServiceAccountChange& given) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(ServiceAccount account, Get(access_key));
  if (given.policy) {
    PENSTOCK_TRY(account.policy, ReadPolicy(*given.policy));
  }
  if (given.expires_at) {
    PENSTOCK_RETURN_IF_ERROR(CheckExpiry(*given.expires_at));
    account.expires_at = *given.expires_at;
  }
  if (given.secret) account.secret = *given.secret;
  if (given.name) account.name = *given.name;
  if (given.description) account.description = *given.description;
  if (given.enabled) account.enabled = *given.enabled;
  return Store(std::move(account));
}

Status ServiceAccounts::Remove(const std::string& access_key) {
  std::lock_guard change(core_.changing);
  PENSTOCK_TRY(ServiceAccount account, Get(access_key));
  PENSTOCK_RETURN_IF_ERROR(core_.storage.Remove(DocumentName(account)));
  core_.Apply([&](IdentityState& state) { state.service_accounts.erase(access_key); });
  return {};
}

}  // namespace penstock::iam
