// SPDX-License-Identifier: Apache-2.0
#include "store/index.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "store/index_tuning.h"
#include "store/object_store.h"
#include "store/record_codec.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

tl::unexpected<base::Error> FailWith(const rocksdb::Status& status, std::string_view doing) {
  std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsNoSpace()) {
    return Fail(Code::kResourceExhausted, reason::kNoSpace, std::move(message));
  }
  return Fail(status.IsCorruption() ? Code::kDataLoss : Code::kInternal, std::move(message));
}

Status ToStatus(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return {};
  return FailWith(status, doing);
}

tl::unexpected<base::Error> FailedOpen(const rocksdb::Status& status,
                                       const std::string& directory) {
  std::string text = status.ToString();
  if (status.IsIOError() && text.find("/LOCK") != std::string::npos &&
      text.find("lock") != std::string::npos) {
    return Fail(Code::kFailedPrecondition,
                "the store's index " + directory + " is open already, here or in another process");
  }
  return FailWith(status, "opening the store's index " + directory);
}

Result<std::optional<std::string>> GetRow(rocksdb::DB& database,
                                          const rocksdb::ReadOptions& options,
                                          std::string_view row) {
  std::string record;
  rocksdb::Status status = database.Get(options, ToSlice(row), &record);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FailWith(status, "reading the index");
  PENSTOCK_RETURN_IF_ERROR(Unseal(row, record));
  return std::optional<std::string>(std::move(record));
}

}  // namespace

struct IndexBatch::State {
  rocksdb::WriteBatch batch;
};

IndexBatch::IndexBatch() : state_(std::make_unique<State>()) {}
IndexBatch::IndexBatch(IndexBatch&&) noexcept = default;
IndexBatch::~IndexBatch() = default;

void IndexBatch::Put(std::string_view row, std::string record) {
  Seal(row, record);
  state_->batch.Put(ToSlice(row), record);
}

void IndexBatch::Delete(std::string_view row) { state_->batch.Delete(ToSlice(row)); }

struct IndexCursor::State {
  std::string end;
  rocksdb::Slice end_slice;
  std::unique_ptr<rocksdb::Iterator> iterator;
};

IndexCursor::IndexCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexCursor::IndexCursor(IndexCursor&&) noexcept = default;
IndexCursor::~IndexCursor() = default;

bool IndexCursor::Valid() const { return state_->iterator->Valid(); }
void IndexCursor::Next() { state_->iterator->Next(); }
void IndexCursor::Seek(std::string_view row) { state_->iterator->Seek(ToSlice(row)); }
std::string_view IndexCursor::row() const { return ToView(state_->iterator->key()); }

Result<std::string> IndexCursor::record() const {
  std::string record = state_->iterator->value().ToString();
  PENSTOCK_RETURN_IF_ERROR(Unseal(row(), record));
  return record;
}

Status IndexCursor::status() const {
  return ToStatus(state_->iterator->status(), "reading the index");
}

struct IndexSnapshot::State {
  rocksdb::DB* database;
  const rocksdb::Snapshot* snapshot;
};

IndexSnapshot::IndexSnapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexSnapshot::IndexSnapshot(IndexSnapshot&&) noexcept = default;
IndexSnapshot::~IndexSnapshot() {
  if (state_) state_->database->ReleaseSnapshot(state_->snapshot);
}

Result<bool> IndexSnapshot::Contains(std::string_view row) const {
  rocksdb::ReadOptions options;
  options.snapshot = state_->snapshot;
  rocksdb::PinnableSlice value;
  rocksdb::Status status =
      state_->database->Get(options, state_->database->DefaultColumnFamily(), ToSlice(row), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return FailWith(status, "reading the index");
  return true;
}

Result<std::optional<std::string>> IndexSnapshot::Get(std::string_view row) const {
  rocksdb::ReadOptions options;
  options.snapshot = state_->snapshot;
  return GetRow(*state_->database, options, row);
}

struct Index::State {
  std::unique_ptr<rocksdb::DB> database;
};

Index::Index(std::unique_ptr<State> state) : state_(std::move(state)) {}
Index::~Index() = default;

Result<std::unique_ptr<Index>> Index::Open(const IndexOptions& options) {
  rocksdb::Options tuned = TunedOptions(options.cache_bytes);
  tuned.create_if_missing = options.may_create;
  if (options.env != nullptr) tuned.env = options.env;
  rocksdb::DB* database = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(tuned, options.directory, &database);
  if (!status.ok()) return FailedOpen(status, options.directory);
  auto state = std::make_unique<State>();
  state->database.reset(database);
  return std::unique_ptr<Index>(new Index(std::move(state)));
}

Result<std::optional<std::string>> Index::Get(std::string_view row) const {
  return GetRow(*state_->database, rocksdb::ReadOptions(), row);
}

IndexCursor Index::Scan(std::string_view begin, std::string_view end) const {
  auto state = std::make_unique<IndexCursor::State>();
  state->end = std::string(end);
  rocksdb::ReadOptions options;
  if (!end.empty()) {
    state->end_slice = state->end;
    options.iterate_upper_bound = &state->end_slice;
  }
  state->iterator.reset(state_->database->NewIterator(options));
  state->iterator->Seek(ToSlice(begin));
  return IndexCursor(std::move(state));
}

IndexSnapshot Index::Snapshot() const {
  rocksdb::DB* database = state_->database.get();
  return IndexSnapshot(std::make_unique<IndexSnapshot::State>(
      IndexSnapshot::State{database, database->GetSnapshot()}));
}

Status Index::Commit(IndexBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return ToStatus(state_->database->Write(options, &batch.state_->batch), "writing the index");
}

Status Index::Recover() {
  PENSTOCK_RETURN_IF_ERROR(ToStatus(state_->database->Resume(), "resuming the index"));
  // A failed batch may be in the log without being in memory. Flushing moves the index past that
  // log, so that no restart replays it; the row sees to it that there is something to flush.
  IndexBatch marker;
  marker.Put(row_key::Meta("recovered"), "");
  PENSTOCK_RETURN_IF_ERROR(Commit(marker));
  return ToStatus(state_->database->Flush(rocksdb::FlushOptions()), "flushing the index");
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
