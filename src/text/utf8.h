// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::text {

// One code point of UTF-8 text: its value, and how many bytes it took (1 where it is not valid).
struct CodePoint {
  char32_t value = 0;
  size_t length = 1;
  bool valid = false;
};

// Reads the code point at `offset`, which must be inside the text. Overlong forms, surrogates and
// values above U+10FFFF are not valid (RFC 3629).
CodePoint DecodeUtf8(std::string_view text, size_t offset);

bool IsValidUtf8(std::string_view text);
void AppendUtf8(std::string& out, char32_t value);

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace penstock::text
