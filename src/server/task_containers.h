// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "executor/local/local_executor.h"
#include "server/server.h"

namespace penstock::server {

// The executor, which was made with these options, with containers for what it refuses, where the
// configuration wants them. The engine need not run yet: it is looked for whenever a task wants
// one.
base::Result<std::unique_ptr<engine::Executor>> WithContainers(
    const ServerConfig& config, const executor::LocalExecutorOptions& local,
    std::unique_ptr<engine::Executor> executor, engine::ArtifactStore& artifacts,
    const base::Clock& clock, base::Random& random, base::Logger& logger);

}  // namespace penstock::server
