// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Secrets and config maps by name. The values of secrets are set and never shown.
void AddNamedValuesRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
