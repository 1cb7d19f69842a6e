// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"

namespace penstock::store {

// One page of a bucket's versions and delete markers: keys in byte order, of each the newest first.
// As ListObjectPage, it passes over a common prefix in one step.
base::Result<VersionsPage> ListVersionPage(Core& core, const BucketInfo& bucket,
                                           const ListVersionsOptions& options);

}  // namespace penstock::store
