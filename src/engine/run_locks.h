// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// Gives a run that names another in locked_from the locks of that one's tasks, unless it has them
// already. kFailedPrecondition where that has not ended, or has tasks whose packages no lock says;
// kNotFound where there is no such run.
base::Status TakeLocks(metadata::MetadataStore& metadata, metadata::Run& run);

}  // namespace penstock::engine
