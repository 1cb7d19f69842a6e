// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::executor {

// Where an environment has its packages, below its folder: "lib/python3.11/site-packages".
base::Result<std::string> SitePackages(const std::string& venv);

// The modules that a component's source imports and that a worker may import before it forks, with
// what these import besides, in the order in which to import them. They are among the well-known
// ones that have been tried, and are in that folder of packages. Whether they do no harm there is
// seen by the worker itself (warm_ahead.py).
//
// Nothing where the source names variables or files that such modules read as they are imported:
// it may set them first.
std::vector<std::string> ModulesAhead(std::string_view program, const std::string& site_packages);

// Both of them, in that order.
std::vector<std::string> MergeAhead(const std::vector<std::string>& some,
                                    const std::vector<std::string>& more);

}  // namespace penstock::executor
