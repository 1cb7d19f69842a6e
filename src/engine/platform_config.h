// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "text/json.h"

namespace penstock::engine {

// What the engine reads of a package's second document, the platform spec (kfp-contract 2.9).
// Everything takes null where a package has none.

// The longest time one attempt of the executor's tasks may take (activeDeadlineSeconds).
std::optional<std::chrono::seconds> TaskTimeout(const text::Json& platform,
                                                const std::string& executor_label);

// The longest time the whole run may take; it then ends as FAILED.
std::optional<std::chrono::seconds> RunTimeout(const text::Json& platform);

// kInvalidArgument names the first field that would change what a task sees and is not offered.
// Fields that only place or describe pods are fine: they have no meaning here.
base::Status CheckPlatform(const text::Json& platform);

}  // namespace penstock::engine
