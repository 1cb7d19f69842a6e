// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "text/json.h"

namespace penstock::metadata {

text::Json TagsToJson(const std::map<std::string, std::string>& tags);
// Members that are not strings are left out.
std::map<std::string, std::string> TagsFromJson(const text::Json& json);

}  // namespace penstock::metadata
