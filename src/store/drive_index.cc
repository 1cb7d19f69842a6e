// SPDX-License-Identifier: Apache-2.0
#include "store/drive_index.h"

#include <utility>

#include <rocksdb/cache.h>

#include "store/index_state.h"
#include "store/index_tuning.h"
#include "store/record_codec.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

tl::unexpected<base::Error> FailedOpen(const rocksdb::Status& status,
                                       const std::string& directory) {
  std::string text = status.ToString();
  if (status.IsIOError() && text.find("/LOCK") != std::string::npos &&
      text.find("lock") != std::string::npos) {
    return Fail(Code::kFailedPrecondition,
                "the store's index " + directory + " is open already, here or in another process");
  }
  // Files that its manifest names, the manifest, or all of it.
  bool gone = status.IsInvalidArgument() && text.find("does not exist") != std::string::npos;
  if (status.IsPathNotFound() || gone) {
    return Fail(Code::kDataLoss,
                "files of the store's index " + directory + " are missing: " + text);
  }
  return FailIndex(status, "opening the store's index " + directory);
}

rocksdb::Options OptionsOf(const IndexOptions& options) {
  rocksdb::Options tuned =
      TunedOptions(options.cache ? options.cache : MakeIndexCache(options.cache_bytes),
                   options.write_buffer_bytes);
  tuned.create_if_missing = options.may_create;
  if (options.env != nullptr) tuned.env = options.env;
  return tuned;
}

}  // namespace

struct DriveIndex::State {
  std::unique_ptr<rocksdb::DB> database;
  std::unique_ptr<DeletedRanges> deleted;  // none of one that is only read
  rocksdb::Env* env = nullptr;
  rocksdb::FileLock* lock = nullptr;  // of one that is only read, which RocksDB does not lock

  ~State() {
    deleted.reset();
    database.reset();
    if (lock != nullptr) env->UnlockFile(lock);
  }
};

IndexCache MakeIndexCache(size_t bytes) {
  return rocksdb::NewLRUCache(bytes, /*num_shard_bits=*/4, /*strict_capacity_limit=*/false,
                              /*high_pri_pool_ratio=*/0.5);
}

DriveIndex::DriveIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
DriveIndex::~DriveIndex() = default;

Result<std::unique_ptr<DriveIndex>> DriveIndex::Open(const IndexOptions& options) {
  rocksdb::DB* database = nullptr;
  rocksdb::Options tuned = OptionsOf(options);
  auto state = std::make_unique<State>();
  if (options.read_only) {
    state->env = tuned.env;
    rocksdb::Status locked = tuned.env->LockFile(options.directory + "/LOCK", &state->lock);
    if (!locked.ok()) return FailedOpen(locked, options.directory);
  }
  rocksdb::Status status = options.read_only
                               ? rocksdb::DB::OpenForReadOnly(tuned, options.directory, &database)
                               : rocksdb::DB::Open(tuned, options.directory, &database);
  if (!status.ok()) return FailedOpen(status, options.directory);
  state->database.reset(database);
  if (!options.read_only) state->deleted = std::make_unique<DeletedRanges>(*database);
  return std::unique_ptr<DriveIndex>(new DriveIndex(std::move(state)));
}

Status DriveIndex::Destroy(const IndexOptions& options) {
  return ToIndexStatus(rocksdb::DestroyDB(options.directory, OptionsOf(options)),
                       "removing the index " + options.directory);
}

Result<std::optional<std::string>> DriveIndex::GetSealed(std::string_view row) const {
  std::string value;
  rocksdb::Status status = state_->database->Get(rocksdb::ReadOptions(), ToSlice(row), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FailIndex(status, "reading the index");
  return std::optional<std::string>(std::move(value));
}

Result<std::optional<std::string>> DriveIndex::Get(std::string_view row) const {
  PENSTOCK_TRY(std::optional<std::string> record, GetSealed(row));
  if (record) PENSTOCK_RETURN_IF_ERROR(Unseal(row, *record));
  return record;
}

IndexCursor DriveIndex::Scan(std::string_view begin, std::string_view end) const {
  auto state = std::make_unique<IndexCursor::State>();
  state->end = std::string(end);
  rocksdb::ReadOptions options;
  if (!end.empty()) {
    state->end_slice = state->end;
    options.iterate_upper_bound = &state->end_slice;
  }
  state->iterator.reset(state_->database->NewIterator(options));
  state->deleted = state_->deleted.get();
  state->begin = begin;
  state->Seek(begin);
  return IndexCursor(std::move(state));
}

IndexSnapshot DriveIndex::Snapshot() const {
  rocksdb::DB* database = state_->database.get();
  auto state = std::make_unique<IndexSnapshot::State>();
  state->database = database;
  state->deleted = state_->deleted.get();
  state->snapshot = database->GetSnapshot();
  return IndexSnapshot(std::move(state));
}

Status DriveIndex::Commit(IndexBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return ToIndexStatus(state_->database->Write(options, &batch.state_->batch), "writing the index");
}

Status DriveIndex::CommitUnsynced(IndexBatch& batch) {
  return ToIndexStatus(state_->database->Write(rocksdb::WriteOptions(), &batch.state_->batch),
                       "writing the index");
}

Status DriveIndex::Recover() {
  PENSTOCK_RETURN_IF_ERROR(ToIndexStatus(state_->database->Resume(), "resuming the index"));
  // A failed batch may be in the log without being in memory. Flushing moves the index past that
  // log, so that no restart replays it; the row sees to it that there is something to flush.
  IndexBatch marker;
  marker.Put(row_key::Meta("recovered"), "");
  PENSTOCK_RETURN_IF_ERROR(Commit(marker));
  return ToIndexStatus(state_->database->Flush(rocksdb::FlushOptions()), "flushing the index");
}

uint64_t DriveIndex::EstimateRows() const {
  uint64_t rows = 0;
  state_->database->GetIntProperty(rocksdb::DB::Properties::kEstimateNumKeys, &rows);
  return rows;
}

IndexStatistics DriveIndex::Statistics() const {
  using Properties = rocksdb::DB::Properties;
  auto read = [this](const std::string& property) {
    uint64_t value = 0;
    state_->database->GetIntProperty(property, &value);
    return value;
  };
  IndexStatistics statistics;
  statistics.rows = EstimateRows();
  statistics.file_bytes = read(Properties::kTotalSstFilesSize);
  statistics.memory_bytes = read(Properties::kCurSizeAllMemTables);
  statistics.cache_bytes = read(Properties::kBlockCacheUsage);
  statistics.pending_compaction_bytes = read(Properties::kEstimatePendingCompactionBytes);
  statistics.running_compactions = read(Properties::kNumRunningCompactions);
  statistics.writes_stopped = read(Properties::kIsWriteStopped) != 0;
  return statistics;
}

Status DriveIndex::CheckFiles() const {
  return ToIndexStatus(state_->database->VerifyChecksum(rocksdb::ReadOptions()),
                       "checking the index's files");
}

}  // namespace penstock::store

// RocksDB comes without the thread sanitizer's instrumentation, so its own locks and fences are not
// seen and every hand-over inside it looks like a race. Races of ours have no frame of its in them.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PENSTOCK_THREAD_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(PENSTOCK_THREAD_SANITIZER)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:rocksdb::\n"; }
#endif
