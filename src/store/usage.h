// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "base/result.h"
#include "store/bucket_types.h"
#include "store/index.h"
#include "store/index_writer.h"
#include "store/records.h"

namespace penstock::store {

// What buckets hold. Each batch that changes versions adds to its bucket's row, so that the row is
// exact at every moment.

// What a version counts for; its key's newest one being an object counts besides.
UsageRecord UsageOf(const ObjectRecord& version);

base::Result<BucketUsage> ReadUsage(const Index& index, uint64_t bucket);

// Counts anew, by bucket: takes as long as reading all rows of objects and versions does.
base::Result<std::map<uint64_t, UsageRecord>> CountUsage(const Index& index);

// Makes the rows of a store from before there were any.
base::Status EnsureUsage(const Index& index, IndexWriter& writer);

}  // namespace penstock::store
