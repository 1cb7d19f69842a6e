// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::base {

// Where a file or folder of the source tree lies, given from the tree's root: for tests, which read
// their cases there. Only this function's own object knows the tree's place, so that the others may
// come from a compiler cache that another tree has filled.
std::string SourceFile(std::string_view path);

}  // namespace penstock::base
