// SPDX-License-Identifier: Apache-2.0
#include "iam/credentials.h"

#include <mutex>
#include <utility>

#include "base/encoding.h"
#include "iam/key_letters.h"
#include "iam/root_principal.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;

bool Expired(const Principal& principal, base::Time now) {
  return principal.expires_at && *principal.expires_at <= now;
}

}  // namespace

CredentialStore::CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random,
                                 std::vector<const KeySource*> others)
    : clock_(clock), random_(random), others_(std::move(others)) {
  std::string name = root.access_key;
  principals_.emplace(std::move(name), RootPrincipal(std::move(root)));
}

PrincipalPtr CredentialStore::FindOwn(std::string_view access_key) const {
  std::shared_lock lock(mutex_);
  auto found = principals_.find(access_key);
  return found == principals_.end() ? nullptr : found->second;
}

Result<PrincipalPtr> CredentialStore::Find(std::string_view access_key,
                                           std::string_view session_token) const {
  PrincipalPtr own = FindOwn(access_key);
  if (own) {
    if (Expired(*own, clock_.Now())) {
      return Fail(Code::kUnauthenticated, kExpiredKey, "the access key has expired");
    }
    if (!base::ConstantTimeEquals(own->session_token, session_token)) {
      return Fail(Code::kUnauthenticated, kWrongToken, "this is not the session token of the key");
    }
    return own;
  }
  for (const KeySource* source : others_) {
    auto found = source->Find(access_key, session_token);
    if (found || found.error().reason() != kUnknownKey) return found;
  }
  return Fail(Code::kUnauthenticated, kUnknownKey, "no such access key");
}

PrincipalPtr CredentialStore::IssueTemporary(Grant grant, base::Duration lifetime) {
  base::Time now = clock_.Now();
  auto principal = std::make_shared<Principal>();
  principal->kind = PrincipalKind::kTask;
  principal->key = {NewAccessKey(random_), NewSecretKey(random_)};
  principal->session_token = NewSessionToken(random_);
  principal->arn = RoleArn("task");
  principal->session_arn = SessionArn("task", principal->key.access_key);
  principal->canonical_id = RootCanonicalId();
  principal->grant = std::move(grant);
  principal->expires_at = now + lifetime;
  std::unique_lock lock(mutex_);
  DropExpired(now);
  principals_.insert_or_assign(principal->key.access_key, principal);
  return principal;
}

void CredentialStore::Revoke(std::string_view access_key) {
  std::unique_lock lock(mutex_);
  auto found = principals_.find(access_key);
  if (found != principals_.end() && found->second->expires_at) principals_.erase(found);
}

// Keys of tasks that nobody revoked would pile up otherwise.
void CredentialStore::DropExpired(base::Time now) {
  std::erase_if(principals_, [&](const auto& entry) { return Expired(*entry.second, now); });
}

}  // namespace penstock::iam
