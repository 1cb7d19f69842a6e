// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/pipelines/{pipeline_id}/versions (kfp-contract 1.4).
void AddPipelineVersionRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
