// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/drive_admin.h"
#include "store/index.h"

namespace rocksdb {
class Cache;
class Env;
}  // namespace rocksdb

namespace penstock::store {

// What RocksDB keeps of the drives' files in memory, shared by all indexes it is given to.
using IndexCache = std::shared_ptr<rocksdb::Cache>;
IndexCache MakeIndexCache(size_t bytes);

struct IndexOptions {
  std::string directory;
  bool may_create = false;  // else a missing index is an error
  size_t cache_bytes = 32 << 20;
  rocksdb::Env* env = nullptr;  // tests put a failing one here; must outlive the index
  IndexCache cache = nullptr;   // in the place of one of its own
  size_t write_buffer_bytes = 16 << 20;
  bool read_only = false;  // changes nothing on the drive, not even by opening; locked all the same
};

// The rows of one drive, in RocksDB: a store's whole index, or one of several replicas.
class DriveIndex final : public Index {
 public:
  // kFailedPrecondition where another process, or another index of this one, has it open.
  static base::Result<std::unique_ptr<DriveIndex>> Open(const IndexOptions& options);
  // Removes an index that is not open.
  static base::Status Destroy(const IndexOptions& options);
  ~DriveIndex() override;

  base::Result<std::optional<std::string>> Get(std::string_view row) const override;
  IndexCursor Scan(std::string_view begin, std::string_view end) const override;
  IndexSnapshot Snapshot() const override;
  base::Status Commit(IndexBatch& batch) override;
  base::Status Recover() override;

  // The record with its checksum as it is stored, unverified.
  base::Result<std::optional<std::string>> GetSealed(std::string_view row) const;
  // Visible when it returns, durable with the next Commit().
  base::Status CommitUnsynced(IndexBatch& batch);
  IndexStatistics Statistics() const;
  // About how many rows there are.
  uint64_t EstimateRows() const;
  // Reads all files of the index and checks their checksums.
  base::Status CheckFiles() const;

 private:
  struct State;
  explicit DriveIndex(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::store
