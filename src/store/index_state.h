// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/result.h"
#include "store/deleted_ranges.h"
#include "store/index.h"

// RocksDB behind the index's classes: only for index*.cc and drive_index.cc.
namespace penstock::store {

inline rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

tl::unexpected<base::Error> FailIndex(const rocksdb::Status& status, std::string_view doing);
// Where no replica is left; as RocksDB's status that is TryAgain.
tl::unexpected<base::Error> FailNoDrive();
base::Status ToIndexStatus(const rocksdb::Status& status, std::string_view doing);

struct IndexBatch::State {
  rocksdb::WriteBatch batch;
  bool may_be_there = false;
};

struct IndexCursor::State {
  ~State();
  void Seek(std::string_view row);
  void Next();

  std::shared_ptr<const void> keep;  // what the iterator needs, where that may go
  std::string end;
  rocksdb::Slice end_slice;
  std::unique_ptr<rocksdb::Iterator> iterator;
  std::unique_ptr<CursorFallback> fallback;
  std::string from_fallback;  // the record of a row that is damaged here

  // Where to report that there were many deleted rows from the first row that was asked for on.
  DeletedRanges* deleted = nullptr;
  std::string begin;
  uint64_t passed = 0;
};

struct IndexSnapshot::State {
  rocksdb::DB* database = nullptr;  // nullptr where there is nothing to read
  const rocksdb::Snapshot* snapshot = nullptr;
  DeletedRanges* deleted = nullptr;
  std::shared_ptr<const void> keep;  // as above
  // Told about a failure of the drive; the others are asked then.
  std::function<void(const base::Error&)> report;
  std::vector<IndexSnapshot> others;
};

}  // namespace penstock::store
