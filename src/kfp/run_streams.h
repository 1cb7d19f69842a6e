// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds the streams of changes, as server-sent events (WHATWG HTML, section 9.2): of one run with
// its tasks, and of all runs. A stream begins with what there is, so that a reader which comes back
// has missed nothing.
void AddRunStreamRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
