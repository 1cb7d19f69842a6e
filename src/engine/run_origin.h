// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// Of a run that is made from another: that this has ended (kFailedPrecondition) and, where
// rerun_from is given, has that task (kInvalidArgument); an id in rerun_from becomes the path of
// the task. Runs of their own have nothing to be checked.
base::Status CheckOrigin(metadata::MetadataStore& metadata, metadata::Run& run);

}  // namespace penstock::engine
