// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/runs (kfp-contract 1.6).
void AddRunRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
