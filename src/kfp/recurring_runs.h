// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the routes of recurring runs.
void AddRecurringRunRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
