// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/pipelines, but for versions and uploads (kfp-contract 1.4).
void AddPipelineRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
