// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/key_source.h"
#include "iam/principal.h"

namespace penstock::iam {

// The keys that are valid now: the root's, temporary ones for running tasks, and those that other
// sources know (users, service accounts, sessions). Thread-safe.
class CredentialStore final : public KeySource {
 public:
  // The clock, the source of randomness and the other sources must outlive the store.
  CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random,
                  std::vector<const KeySource*> others = {});

  base::Result<PrincipalPtr> Find(std::string_view access_key,
                                  std::string_view session_token) const override;
  // A new key that dies by itself after `lifetime`.
  PrincipalPtr IssueTemporary(Grant grant, base::Duration lifetime);
  // Ends a temporary key now. The root's key cannot be revoked; an unknown key is none already.
  void Revoke(std::string_view access_key);

 private:
  PrincipalPtr FindOwn(std::string_view access_key) const;
  void DropExpired(base::Time now);

  mutable std::shared_mutex mutex_;
  std::map<std::string, PrincipalPtr, std::less<>> principals_;
  const base::Clock& clock_;
  base::Random& random_;
  const std::vector<const KeySource*> others_;
};

}  // namespace penstock::iam
