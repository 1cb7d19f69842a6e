// SPDX-License-Identifier: Apache-2.0
#include "iam/identities.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

}  // namespace

Identities::Identities(const AccessKey& root, IdentityKey key, IdentityStorage& storage,
                       const base::Clock& clock, base::Random& random)
    : core_(storage, std::move(key), root.access_key, clock, random) {}

Result<std::unique_ptr<Identities>> Identities::Open(const AccessKey& root,
                                                     const std::string& previous_root_secret,
                                                     IdentityStorage& storage,
                                                     const base::Clock& clock,
                                                     base::Random& random) {
  PENSTOCK_TRY(auto documents, storage.LoadAll());
  std::optional<std::string> stored_key;
  auto found = documents.find(std::string(IdentityKey::kDocument));
  if (found != documents.end()) {
    stored_key = found->second;
  } else if (!documents.empty()) {
    return Fail(Code::kDataLoss, "there are users, but the key that opens their secrets is gone");
  }
  PENSTOCK_TRY(
      IdentityKey key,
      IdentityKey::Open(stored_key, {root.secret_key, previous_root_secret}, storage, random));
  std::unique_ptr<Identities> identities(
      new Identities(root, std::move(key), storage, clock, random));
  PENSTOCK_RETURN_IF_ERROR(identities->Load(documents));
  return identities;
}

Status Identities::Load(const std::map<std::string, std::string>& documents) {
  for (NamedPolicy& policy : BuiltInPolicies()) {
    std::string name = policy.name;
    core_.state.policies.emplace(std::move(name), std::move(policy));
  }
  for (const auto& [document, text] : documents) {
    size_t slash = document.find('/');
    if (slash == std::string::npos) continue;  // the key
    Status loaded = LoadOne(std::string_view(document).substr(0, slash),
                            std::string_view(document).substr(slash + 1), text);
    if (!loaded) return Fail(std::move(loaded).error().Wrap("stored " + document));
  }
  return {};
}

Status Identities::LoadOne(std::string_view kind, std::string_view name, std::string_view text) {
  IdentityState& state = core_.state;
  std::string key(name);
  if (kind == "users") {
    PENSTOCK_TRY(state.users[key], ReadUser(name, text, core_.key));
  } else if (kind == "groups") {
    PENSTOCK_TRY(state.groups[key], ReadGroup(name, text));
  } else if (kind == "policies") {
    PENSTOCK_TRY(state.policies[key], ReadNamedPolicy(name, text));
  } else if (kind == "keys") {
    PENSTOCK_TRY(state.service_accounts[key], ReadServiceAccount(name, text, core_.key));
  } else {
    return Fail(Code::kDataLoss, "is of an unknown kind: was it written by a newer version?");
  }
  return {};
}

// Requests with unknown keys only ever read.
Result<PrincipalPtr> Identities::Lookup(const std::string& access_key) const {
  std::shared_lock reading(core_.mutex);
  auto made = core_.principals.find(access_key);
  if (made != core_.principals.end()) return made->second;
  PENSTOCK_TRY(PrincipalPtr principal, core_.state.MakePrincipal(access_key));
  uint64_t made_of = core_.generation;
  reading.unlock();
  std::unique_lock writing(core_.mutex);
  if (core_.generation == made_of) core_.principals[access_key] = principal;
  return principal;
}

Result<PrincipalPtr> Identities::Find(std::string_view access_key,
                                      std::string_view session_token) const {
  PENSTOCK_TRY(PrincipalPtr principal, Lookup(std::string(access_key)));
  if (principal->expires_at && *principal->expires_at <= core_.clock.Now()) {
    return Fail(Code::kUnauthenticated, kUnknownKey, "the access key has expired");
  }
  if (!session_token.empty()) {
    return Fail(Code::kUnauthenticated, kWrongToken, "the access key has no session token");
  }
  return principal;
}

std::vector<PolicyPtr> Identities::PoliciesNamed(const std::set<std::string>& names) const {
  return core_.Read([&](const IdentityState& state) { return state.PoliciesNamed(names); });
}

}  // namespace penstock::iam
