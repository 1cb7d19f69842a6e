// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/experiments (kfp-contract 1.5).
void AddExperimentRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
