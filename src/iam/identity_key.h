// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "iam/identity_storage.h"

namespace penstock::iam {

// The root's secret, from which the identity key is protected.
struct RootSecrets {
  std::string current;
  std::string previous;  // "" unless it has just been changed
};

// The random key under which the secrets of users are kept and session tokens sealed. It is stored
// sealed itself, under a key made from the root's secret: who has the drives but not that secret
// cannot read any other.
class IdentityKey {
 public:
  // The document it is kept in.
  static constexpr std::string_view kDocument = "key";

  // Opens what `stored` holds, or makes a new key and stores it where there is none. Where it opens
  // with the previous secret only, it is stored anew under the current one. kFailedPrecondition
  // where it opens with neither, with what to do.
  static base::Result<IdentityKey> Open(const std::optional<std::string>& stored,
                                        const RootSecrets& secrets, IdentityStorage& storage,
                                        base::Random& random);

  // A text for storing; `purpose` and `owner` must be the same when it is opened.
  std::string Seal(std::string_view purpose, std::string_view owner, std::string_view text,
                   base::Random& random) const;
  base::Result<std::string> Unseal(std::string_view purpose, std::string_view owner,
                                   std::string_view sealed) const;

 private:
  explicit IdentityKey(crypto::Secret key) : key_(std::move(key)) {}
  static base::Status Store(const crypto::Secret& key, const std::string& root_secret,
                            IdentityStorage& storage, base::Random& random);

  crypto::Secret key_;
};

}  // namespace penstock::iam
