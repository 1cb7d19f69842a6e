// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the route that sends an artifact's bytes, or one range of them.
void AddArtifactDownloadRoute(Router& router, Backend& backend);

}  // namespace penstock::kfp
