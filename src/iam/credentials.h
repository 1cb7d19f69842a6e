// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/principal.h"

namespace penstock::iam {

// Reasons of Find's errors.
inline constexpr std::string_view kUnknownKey = "unknown_key";
inline constexpr std::string_view kExpiredKey = "expired_key";
inline constexpr std::string_view kWrongToken = "wrong_token";

// The keys that are valid now: the root's, and temporary ones for running tasks. Thread-safe.
class CredentialStore {
 public:
  // The clock and the source of randomness must outlive the store.
  CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random);

  // Whose key it is. The caller must still prove to have the secret. kUnauthenticated, with one of
  // the reasons above, where there is no such key now or it needs another session token.
  base::Result<PrincipalPtr> Find(std::string_view access_key,
                                  std::string_view session_token) const;
  // A new key that dies by itself after `lifetime`.
  PrincipalPtr IssueTemporary(Grant grant, base::Duration lifetime);
  // Ends a temporary key now. The root's key cannot be revoked; an unknown key is none already.
  void Revoke(std::string_view access_key);

 private:
  void DropExpired(base::Time now);

  mutable std::shared_mutex mutex_;
  std::map<std::string, PrincipalPtr, std::less<>> principals_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace penstock::iam
