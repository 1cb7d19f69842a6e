// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/clock.h"
#include "ir/pipeline_spec.h"

namespace penstock::engine {

// How long to wait before the next attempt: duration × factor^retries; nothing where the policy
// allows no more retries, or `elapsed` since the first attempt began exceeds its maximum
// (kfp-contract 2.7, Retry).
std::optional<base::Duration> NextBackoff(const ir::RetryPolicy& policy, int retries,
                                          base::Duration elapsed);

}  // namespace penstock::engine
