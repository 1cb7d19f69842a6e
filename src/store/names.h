// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"

namespace penstock::store {

// Amazon S3 user guide, "General purpose bucket naming rules": 3 to 63 characters of a-z, 0-9, '.'
// and '-', a letter or digit at both ends, no two dots in a row, not shaped like an IPv4 address.
// Fails with reason bad_bucket_name.
base::Status CheckBucketName(std::string_view name);

// 1 to 1024 bytes of valid UTF-8. Fails with reason bad_key.
base::Status CheckKey(std::string_view key);

// Well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace penstock::store
