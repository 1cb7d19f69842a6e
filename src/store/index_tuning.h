// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <rocksdb/options.h>

namespace penstock::store {

// RocksDB's settings for an index: little memory, bounded descriptors, inline objects apart from
// the sorted rows. Only for index.cc and its tests.
rocksdb::Options TunedOptions(size_t cache_bytes);

}  // namespace penstock::store
