// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace penstock::executor {

// Whether an identifier may be part of a file name of ours: letters, digits, '-', '_' and '.', not
// starting with a dot, at most 200 bytes.
inline bool IsSafeName(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.front() == '.') return false;
  for (char c : name) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    if (!good) return false;
  }
  return true;
}

}  // namespace penstock::executor
