// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::kfp {

// "page_token" as "pageToken": proto3 JSON takes a field by either name.
std::string CamelCase(std::string_view snake_case);

}  // namespace penstock::kfp
