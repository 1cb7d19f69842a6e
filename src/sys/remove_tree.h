// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "base/result.h"

namespace penstock::sys {

// Removes a file, or a directory with everything below it, whatever it holds: links are not
// followed, folders without permissions are opened up, any depth takes the same memory. Fine where
// there is nothing.
base::Status RemoveTree(const std::string& path);

// Removes what is in a directory, in the same way, but for the entries named. The directory must be
// one that we may change.
base::Status EmptyFolder(const std::string& path, const std::set<std::string>& kept);

}  // namespace penstock::sys
