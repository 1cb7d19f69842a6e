// SPDX-License-Identifier: Apache-2.0
#include "kfp/field_names.h"

namespace penstock::kfp {

std::string CamelCase(std::string_view snake_case) {
  std::string camel;
  bool upper = false;
  for (char c : snake_case) {
    if (c == '_') {
      upper = true;
      continue;
    }
    camel.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    upper = false;
  }
  return camel;
}

}  // namespace penstock::kfp
