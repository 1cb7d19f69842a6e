// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::sys {

// Removes a file, or a directory with everything below it, whatever it holds: links are not
// followed, folders without permissions are opened up, any depth takes the same memory. Fine where
// there is nothing.
base::Status RemoveTree(const std::string& path);

}  // namespace penstock::sys
