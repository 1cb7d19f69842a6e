// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ir/executor_io.h"

namespace penstock::ir {

// A word of a container's command may be a JSON text {"IfPresent": …} or {"Concat": […]}, which
// stands for none, one or several words; every other word stands for itself. Placeholders inside
// are left for substitution. An input counts as present when it is given and not null.
base::Result<std::vector<std::string>> ExpandContainerWord(const std::string& word,
                                                           const ExecutorInput& input);

}  // namespace penstock::ir
