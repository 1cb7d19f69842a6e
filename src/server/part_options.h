// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/retention.h"
#include "executor/local/local_executor.h"
#include "iam/oidc_provider.h"
#include "server/server.h"

namespace penstock::server {

// What the configuration means for one part of the server, in that part's own terms.

// How tasks run. Errors: a disk limit that is no size.
base::Result<executor::LocalExecutorOptions> TaskOptionsOf(const ServerConfig& config);

// How long runs, experiments and cache entries are kept.
engine::RetentionOptions RetentionOf(const ServerConfig& config);

// The client's secret, where it has one, comes from PENSTOCK_OIDC_CLIENT_SECRET.
iam::OidcSettings SettingsOf(const OidcConfig& config);

}  // namespace penstock::server
