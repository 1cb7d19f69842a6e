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

// What a key may do in the store. A prefix names whole path segments: "bucket/a" covers "bucket/a"
// and all below "bucket/a/", but not "bucket/ab"; "bucket" alone covers the bucket itself.
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
  // The clock and the source of randomness must outlive the store.
  CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random);

  // kUnauthenticated where unknown or expired.
  base::Result<Principal> Find(std::string_view access_key) const;
  // A new key that dies by itself after `lifetime`.
  Principal IssueTemporary(Grant grant, base::Duration lifetime);
  // Ends a temporary key now. The root's key cannot be revoked; an unknown key is none already.
  void Revoke(std::string_view access_key);

 private:
  void DropExpired(base::Time now);

  mutable std::shared_mutex mutex_;
  std::map<std::string, Principal, std::less<>> principals_;
  const base::Clock& clock_;
  base::Random& random_;
};

enum class Access { kRead, kWrite };

// Whether the grant covers bucket/key. A key of "" means the bucket itself, which only a grant of
// the whole bucket covers.
bool Allows(const Grant& grant, Access access, std::string_view bucket, std::string_view key);

// Whether the grant covers all keys that begin with `prefix`. "a" alone is not covered by a grant
// of "bucket/a", since it would also list "ab"; "a/" is.
bool AllowsListing(const Grant& grant, std::string_view bucket, std::string_view prefix);

// Whether the grant covers anything at all in the bucket: enough to learn that it exists and where.
bool AllowsSomethingIn(const Grant& grant, std::string_view bucket);

}  // namespace penstock::iam
