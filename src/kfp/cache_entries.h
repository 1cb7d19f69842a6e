// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// The cache's entries: list, look at, invalidate. Beyond the upstream API.
void AddCacheEntryRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
