// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "admin/call.h"
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

// Names that a body gives to, or takes from, the user or group in the path, by one of the functions
// of their owner.
template <typename Owner, typename Changed>
base::Result<text::Json> ChangeByNames(const Call& call, Owner& owner, std::string_view parameter,
                                       std::string_view member,
                                       Changed (Owner::*change)(const std::string&,
                                                                const std::set<std::string>&),
                                       base::Result<text::Json> (*describe)(const Changed&)) {
  PENSTOCK_TRY(auto names, ReadNames(call.body, member));
  return describe((owner.*change)(call.Param(parameter), names));
}

}  // namespace penstock::admin
