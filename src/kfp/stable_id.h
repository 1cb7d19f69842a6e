// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::kfp {

// A UUID that is always the same for the same text: an id for what must not be made twice. Version
// 8, which is for ids that are made in somebody's own way (RFC 9562 section 5.8).
std::string StableId(std::string_view text);

}  // namespace penstock::kfp
