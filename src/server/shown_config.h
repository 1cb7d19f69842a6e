// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/server.h"
#include "text/json.h"

namespace penstock::server {

// The options a server runs with, by the names they have on the command line, defaults filled in:
// for those who look after it. No secrets: of variables for tasks the names alone, of URLs neither
// user nor query.
text::Json ShownConfig(const ServerConfig& config);

}  // namespace penstock::server
