// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sys/child_plan.h"

namespace penstock::sys {

// The life of a process that the spawner (spawner.h) has just cloned into new namespaces of the
// fork server's user: it makes the sandbox, hands it to the fork server, reaps orphans, and reports
// how the command ended. `pipes.go` is closed.
[[noreturn]] void RunForked(const ChildPlan& plan, const ChildPipes& pipes);

}  // namespace penstock::sys
