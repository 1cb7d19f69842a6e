// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "iam/principal.h"

namespace penstock::iam {

// Reasons of Find's errors.
inline constexpr std::string_view kUnknownKey = "unknown_key";
inline constexpr std::string_view kExpiredKey = "expired_key";
inline constexpr std::string_view kWrongToken = "wrong_token";

// Knows some of the access keys. Thread-safe.
class KeySource {
 public:
  virtual ~KeySource() = default;
  // Whose key it is now. The caller must still prove to have the secret. kUnauthenticated, with one
  // of the reasons above, where there is no such key now or it needs another session token.
  virtual base::Result<PrincipalPtr> Find(std::string_view access_key,
                                          std::string_view session_token) const = 0;
};

}  // namespace penstock::iam
