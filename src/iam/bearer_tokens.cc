// SPDX-License-Identifier: Apache-2.0
#include "iam/bearer_tokens.h"

namespace penstock::iam {

base::Result<PrincipalPtr> BearerTokens::Find(std::string_view token) const {
  if (token.starts_with(kApiTokenPrefix) || provider_ == nullptr) return own_.Find(token);
  PENSTOCK_TRY(WebIdentity identity, provider_->Verify(token));
  return sessions_.Of(identity);
}

}  // namespace penstock::iam
