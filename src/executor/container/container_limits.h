// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "engine/executor.h"
#include "executor/container/container_engine.h"

namespace penstock::executor {

// Fills in what the task asks for of processors and memory. Whole or decimal amounts, as Kubernetes
// writes them; kInvalidArgument names one that is none. Pure.
base::Status SetLimits(const ir::ResourceSpec& resources, ContainerRequest& request);

// The user that the task is to run as, in the engine's words; "" for the image's. `own_user` and
// `own_group` are the server's: where it is not root, nobody else's files could be collected and
// removed by it. kInvalidArgument where the task must not run as root and would. Pure.
base::Result<std::string> UserOf(const engine::ContainerSettings& settings,
                                 const ContainerImage& image, int64_t own_user, int64_t own_group);

// Whether that user is the server's own, who may read and write whatever the server may. Pure.
bool RunsAsServer(const std::string& user, const ContainerImage& image, int64_t own_user);

// kInvalidArgument for what is no policy; "" is kIfAbsent.
base::Result<PullPolicy> PullPolicyOf(const std::string& name);

}  // namespace penstock::executor
