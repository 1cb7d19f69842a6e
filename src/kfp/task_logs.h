// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log (kfp-contract 1.8): the log of a task's latest
// attempt as plain text. The node is the task's id, which run details give as pod_name.
void AddTaskLogRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
