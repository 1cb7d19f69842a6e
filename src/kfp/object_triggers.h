// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the routes of triggers, which start runs when objects arrive. The watcher is told of
// changes.
void AddObjectTriggerRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
