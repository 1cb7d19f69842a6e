// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "iam/api_tokens.h"
#include "iam/oidc_provider.h"
#include "iam/sessions.h"

namespace penstock::iam {

// Whose a token is that came as "Authorization: Bearer …": one of ours, or an ID token of the
// identity provider. Thread-safe.
class BearerTokens {
 public:
  // All must outlive it. Without a provider (null) only our own tokens are good.
  BearerTokens(const ApiTokens& own, OidcProvider* provider, const Sessions& sessions)
      : own_(own), provider_(provider), sessions_(sessions) {}

  // kUnauthenticated for a token that is none; kPermissionDenied for one that allows nothing;
  // kUnavailable where the provider's keys cannot be had.
  base::Result<PrincipalPtr> Find(std::string_view token) const;

 private:
  const ApiTokens& own_;
  OidcProvider* const provider_;
  const Sessions& sessions_;
};

}  // namespace penstock::iam
