// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::text {

// Appends the text as a JSON string, with its quotes, for those who write many lines of JSON and
// need no Json of them. Bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace penstock::text
