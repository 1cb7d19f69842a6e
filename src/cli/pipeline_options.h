// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/server.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// The options of `penstock server` about the cache, about how long runs are kept and where tasks
// run.
void AddPipelineOptions(CLI::App& command, server::ServerConfig& config);

}  // namespace penstock::cli
