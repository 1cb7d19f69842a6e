// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::net {

// A character of a method or a field name (RFC 9110 section 5.6.2).
bool IsTokenChar(char c);
bool IsToken(std::string_view text);

// Whether the text can stand as a field value: no control characters but the tab. Bytes from 0x80
// up are let through, since S3 clients put UTF-8 into metadata fields (RFC 9110 section 5.5).
bool IsFieldValue(std::string_view text);

// Splits "Name: value" (without its line end), the value trimmed; the views point into the line.
// Strict: no space before the colon, no folding.
base::Result<std::pair<std::string_view, std::string_view>> SplitFieldLine(std::string_view line);

// The elements of "a, b,, c", trimmed, empty ones left out (RFC 9110 section 5.6.1).
std::vector<std::string_view> SplitList(std::string_view text);

}  // namespace penstock::net
