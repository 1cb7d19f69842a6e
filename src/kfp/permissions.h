// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// GET /apis/v2beta1/permissions: who is asking, and what they may do.
void AddPermissionsRoute(Router& router, Backend& backend);

}  // namespace penstock::kfp
