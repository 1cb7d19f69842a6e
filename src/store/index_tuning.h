// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

namespace penstock::store {

// RocksDB's settings for an index: little memory, bounded descriptors, inline objects apart from
// the sorted rows. Only for drive_index.cc and its tests.
rocksdb::Options TunedOptions(std::shared_ptr<rocksdb::Cache> cache, size_t write_buffer_bytes);

}  // namespace penstock::store
