// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace penstock::iam {

struct AccessKey {
  std::string access_key;
  std::string secret_key;
};

// What a key may do in the store. A scope of a task is a list of path prefixes ("bucket/prefix").
struct Grant {
  bool root = false;  // everything
  std::vector<std::string> read_prefixes;
  std::vector<std::string> write_prefixes;
};

struct Principal {
  AccessKey key;
  Grant grant;
  std::string session_token;             // empty for lasting keys
  std::optional<base::Time> expires_at;  // temporary keys only
};

// The keys that are valid now: the root's, and temporary ones for running tasks. Thread-safe.
class CredentialStore {
 public:
  CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random);

  // kUnauthenticated where unknown or expired.
  base::Result<Principal> Find(std::string_view access_key) const;
  Principal IssueTemporary(Grant grant, base::Duration lifetime);
  void Revoke(std::string_view access_key);

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, Principal, std::less<>> principals_;
  const base::Clock& clock_;
  base::Random& random_;
};

enum class Access { kRead, kWrite };
// Whether the grant covers bucket/key (a key of "" means the bucket itself or its listing).
bool Allows(const Grant& grant, Access access, std::string_view bucket, std::string_view key);

}  // namespace penstock::iam
