// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/tasks, artifacts and artifact_tasks, read-only, and an artifact's bytes
// (kfp-contract 1.9).
void AddTaskAndArtifactRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
