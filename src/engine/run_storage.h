// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "engine/run_changes.h"
#include "engine/run_state.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// Between run states and their rows.

base::Result<StoredRun> LoadRun(metadata::MetadataStore& metadata, const std::string& run_id);

// Writes the changes of one run as part of a transaction.
base::Status StoreChanges(metadata::MetadataStore& metadata, metadata::Transaction& tx,
                          const metadata::Run& run, const RunChanges& changes, base::Time now);

}  // namespace penstock::engine
