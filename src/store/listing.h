// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"

namespace penstock::store {

// One page of a bucket's objects, in byte order of their keys. Everything under a common prefix is
// passed over in one step, however much it is.
base::Result<ListPage> ListObjectPage(Core& core, uint64_t bucket, const ListOptions& options);

}  // namespace penstock::store
