// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// The writing half of the native API for tasks and artifacts (kfp-contract 1.9): workers outside
// record what they do and make as part of a run. The engine's own tasks are not changed by it, and
// a run goes on as if there were nothing of it.
void AddOutsideRecordRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
