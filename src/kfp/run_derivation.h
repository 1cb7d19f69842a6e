// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Runs made from others: resumed, run again from a task, cloned; and what a run would do.
void AddRunDerivationRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
