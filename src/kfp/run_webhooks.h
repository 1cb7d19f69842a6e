// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the routes of webhooks, which are told of runs' changes of state.
void AddRunWebhookRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
