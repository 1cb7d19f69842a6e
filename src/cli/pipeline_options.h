// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/server.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// The options of `penstock server` about the cache and about how long runs are kept.
void AddPipelineOptions(CLI::App& command, server::ServerConfig& config);

}  // namespace penstock::cli
