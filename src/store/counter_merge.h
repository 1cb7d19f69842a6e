// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <rocksdb/merge_operator.h>

namespace penstock::store {

// What IndexBatch::Add means to RocksDB: sums of usage records, sealed as rows are.
std::shared_ptr<rocksdb::MergeOperator> MakeCounterMerge();

}  // namespace penstock::store
