// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// The environments that tasks share, and the locks of exactly what was installed in them.
void AddEnvironmentRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
