// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "metadata/connection.h"

namespace penstock::metadata {

// Brings the schema to the newest version, one transaction a step; PRAGMA user_version counts them.
// A schema newer than this program's is refused.
base::Status Migrate(Connection& connection);

}  // namespace penstock::metadata
