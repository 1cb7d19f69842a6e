// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"

namespace penstock::store {

// One page of a bucket's objects, in byte order of their keys. Everything under a common prefix is
// passed over in one step, however much it is.
base::Result<ListPage> ListObjectPage(Core& core, const BucketInfo& bucket,
                                      const ListOptions& options);

// The common prefix that a key falls under: up to the first delimiter behind the listed prefix.
// Empty where there is none.
std::string_view CommonPrefixOf(std::string_view key, std::string_view prefix,
                                std::string_view delimiter);

}  // namespace penstock::store
