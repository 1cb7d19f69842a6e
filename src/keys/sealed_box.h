// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace penstock::keys {

// A secret sealed under another: 32 random bytes and the sealed secret with its tag. The key that
// seals is derived anew from those bytes (HKDF-SHA256 with them as the salt), so that it seals one
// message only and its nonce, zero, cannot repeat. `purpose` and `associated` must be the same when
// it is opened: they say what the secret is for and what it belongs to.
std::string SealSecret(const crypto::Secret& under, std::string_view purpose,
                       std::string_view associated, const crypto::Secret& secret,
                       base::Random& random);
// kDataLoss where the key is another one, or anything else differs from what was sealed.
base::Result<crypto::Secret> OpenSecret(const crypto::Secret& under, std::string_view purpose,
                                        std::string_view associated, std::string_view sealed);

}  // namespace penstock::keys
