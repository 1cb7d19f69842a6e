// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// What the server says of itself: healthz (kfp-contract 1.3) and the page at /.
void AddServerPages(Router& router, Backend& backend);

}  // namespace penstock::kfp
