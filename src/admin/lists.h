// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/json.h"

namespace penstock::admin {

// Names as a JSON array, in the order of the container.
template <typename Strings>
text::Json ToJson(const Strings& strings) {
  text::Json::Array array;
  for (const std::string& text : strings) array.emplace_back(text);
  return array;
}

// The only member of a body: a list of at least one name.
base::Result<std::set<std::string>> ReadNames(const text::Json& body, std::string_view member);

}  // namespace penstock::admin
