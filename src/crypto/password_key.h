// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/secret.h"

namespace penstock::crypto {

// A key of 32 bytes from a password that a person may have chosen: scrypt (RFC 7914) with
// N = 2^cost, r = 8, p = 1. Cost 14 takes some 40 ms and 16 MiB. The cost is 1 to 20.
Secret PasswordKey(std::string_view password, std::string_view salt, int cost);

}  // namespace penstock::crypto
