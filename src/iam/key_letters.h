// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/random.h"

namespace penstock::iam {

// New keys, of letters and digits that need no quoting in a URL, a header or a shell.
std::string NewAccessKey(base::Random& random);     // 20 letters
std::string NewSecretKey(base::Random& random);     // 40 letters: 200 random bits
std::string NewSessionToken(base::Random& random);  // 64 letters

// 64 hex digits: a canonical user id.
std::string NewCanonicalId(base::Random& random);

}  // namespace penstock::iam
