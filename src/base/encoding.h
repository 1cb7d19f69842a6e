// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::base {

std::string HexEncode(std::string_view bytes);  // lower case
Result<std::string> HexDecode(std::string_view text);

// RFC 4648 section 4, with padding; decoding is strict.
std::string Base64Encode(std::string_view bytes);
Result<std::string> Base64Decode(std::string_view text);

// Compares secrets in a time that depends on the lengths alone.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

std::string ToLower(std::string_view text);  // ASCII only
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string_view Trim(std::string_view text);  // spaces and tabs

}  // namespace penstock::base
