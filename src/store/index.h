// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rocksdb {
class Env;
}

namespace penstock::store {

struct IndexOptions {
  std::string directory;
  bool may_create = false;  // else a missing index is an error
  size_t cache_bytes = 32 << 20;
  rocksdb::Env* env = nullptr;  // tests put a failing one here; must outlive the index
};

// Changes that become durable and visible together or not at all.
class IndexBatch {
 public:
  IndexBatch();
  IndexBatch(IndexBatch&&) noexcept;
  ~IndexBatch();

  void Put(std::string_view row, std::string record);
  void Delete(std::string_view row);

 private:
  friend class Index;
  struct State;
  std::unique_ptr<State> state_;
};

// Walks the rows of a range in order, as they were when the walk began. Must not outlive the index.
class IndexCursor {
 public:
  IndexCursor(IndexCursor&&) noexcept;
  ~IndexCursor();

  bool Valid() const;  // false at the end, and after an error: ask status()
  void Next();
  void Seek(std::string_view row);  // to the first row not before this one
  std::string_view row() const;     // until the next move
  base::Result<std::string> record() const;
  base::Status status() const;

 private:
  friend class Index;
  struct State;
  explicit IndexCursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The index as it was at one moment. Must not outlive the index.
class IndexSnapshot {
 public:
  IndexSnapshot(IndexSnapshot&&) noexcept;
  ~IndexSnapshot();
  base::Result<std::optional<std::string>> Get(std::string_view row) const;
  // Whether there is such a row, even a damaged one.
  base::Result<bool> Contains(std::string_view row) const;

 private:
  friend class Index;
  struct State;
  explicit IndexSnapshot(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The sorted rows of one drive, in RocksDB. Records are sealed with a checksum on the way in, which
// is verified on the way out (record_codec.h). Thread-safe. Errors: kResourceExhausted with reason
// no_space, kDataLoss, kInternal.
class Index {
 public:
  // kFailedPrecondition where another process, or another Index of this one, has it open.
  static base::Result<std::unique_ptr<Index>> Open(const IndexOptions& options);
  ~Index();

  // The record, or nothing where there is no such row.
  base::Result<std::optional<std::string>> Get(std::string_view row) const;
  // Rows in [begin, end); an empty end means no bound.
  IndexCursor Scan(std::string_view begin, std::string_view end) const;
  IndexSnapshot Snapshot() const;

  // Durable when it returns; concurrent calls share the disk's syncs. After a failure the batch is
  // not visible, but may yet be after a restart, until Recover() has succeeded.
  base::Status Commit(IndexBatch& batch);
  // Makes an index that failed to write (a full disk) writable again, and settles that failed
  // batches stay unseen.
  base::Status Recover();

 private:
  struct State;
  explicit Index(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::store
