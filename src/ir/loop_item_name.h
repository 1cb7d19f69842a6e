// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace penstock::ir {

// Whether an input of a group is the item of a loop, or a member of one, as the SDK names them. It
// calls them STRING where it does not know what the list holds; so what comes in as such a text may
// be taken for any type.
inline bool IsLoopItemName(std::string_view input) {
  return input.starts_with("pipelinechannel--") &&
         input.find("loop-item") != std::string_view::npos;
}

}  // namespace penstock::ir
