// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the route by which the older API reads an artifact: by the run, the task and the name of its
// input or output, as base64 in JSON.
void AddNodeArtifactRoute(Router& router, Backend& backend);

}  // namespace penstock::kfp
