// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/identity_key.h"
#include "iam/key_source.h"

namespace penstock::iam {

// What every token of ours begins with.
inline constexpr std::string_view kApiTokenPrefix = "pst_";
inline constexpr size_t kMaxApiTokenBytes = 2048;

// What is sealed into a token.
struct ApiTokenContents {
  std::string access_key;
  std::string secret_digest;  // hex: another secret makes the token another key's
  std::optional<base::Time> expires_at;
};
std::string FormatApiToken(const ApiTokenContents& contents);
// kInvalidArgument where it is none. Pure.
base::Result<ApiTokenContents> ReadApiToken(std::string_view text);

// Tokens that stand for a lasting access key where nothing can be signed. They are sealed under the
// identity key, so that nothing is stored: a token is good for as long as its access key is, has
// the same secret, and may do what that key may at the moment. Thread-safe.
class ApiTokens {
 public:
  // All must outlive it.
  ApiTokens(const IdentityKey& key, const KeySource& keys, const base::Clock& clock,
            base::Random& random)
      : key_(key), keys_(keys), clock_(clock), random_(random) {}

  // A secret: show it once. kNotFound where there is no such lasting key now, kInvalidArgument
  // where it would end before it begins.
  base::Result<std::string> Issue(std::string_view access_key,
                                  std::optional<base::Time> expires_at) const;
  // Whose it is. kUnauthenticated, with a reason of KeySource, where it is nobody's now.
  base::Result<PrincipalPtr> Find(std::string_view token) const;

 private:
  const IdentityKey& key_;
  const KeySource& keys_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace penstock::iam
