// SPDX-License-Identifier: Apache-2.0
#include "store/index.h"

#include <utility>

#include "store/index_state.h"
#include "store/object_store.h"
#include "store/record_codec.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Repeats a batch in another one.
class Repeater final : public rocksdb::WriteBatch::Handler {
 public:
  Repeater(rocksdb::WriteBatch& target, std::vector<std::string>& rows)
      : target_(target), rows_(rows) {}
  void Put(const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    target_.Put(key, value);
    rows_.push_back(key.ToString());
  }
  void Delete(const rocksdb::Slice& key) override {
    target_.Delete(key);
    rows_.push_back(key.ToString());
  }
  void Merge(const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    target_.Merge(key, value);
    rows_.push_back(key.ToString());
  }

 private:
  rocksdb::WriteBatch& target_;
  std::vector<std::string>& rows_;
};

Result<std::optional<std::string>> GetAt(const rocksdb::Snapshot* snapshot, rocksdb::DB& database,
                                         std::string_view row) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::string record;
  rocksdb::Status status = database.Get(options, ToSlice(row), &record);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FailIndex(status, "reading the index");
  PENSTOCK_RETURN_IF_ERROR(Unseal(row, record));
  return std::optional<std::string>(std::move(record));
}

}  // namespace

tl::unexpected<base::Error> FailNoDrive() {
  return Fail(Code::kUnavailable, "no drive that is in sync can be read");
}

tl::unexpected<base::Error> FailIndex(const rocksdb::Status& status, std::string_view doing) {
  std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsNoSpace()) {
    return Fail(Code::kResourceExhausted, reason::kNoSpace, std::move(message));
  }
  if (status.IsTryAgain()) return FailNoDrive();
  return Fail(status.IsCorruption() ? Code::kDataLoss : Code::kInternal, std::move(message));
}

Status ToIndexStatus(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return {};
  return FailIndex(status, doing);
}

IndexBatch::IndexBatch() : state_(std::make_unique<State>()) {}
IndexBatch::IndexBatch(IndexBatch&&) noexcept = default;
IndexBatch::~IndexBatch() = default;

void IndexBatch::Put(std::string_view row, std::string record) {
  Seal(row, record);
  state_->batch.Put(ToSlice(row), record);
}

void IndexBatch::Delete(std::string_view row) { state_->batch.Delete(ToSlice(row)); }

void IndexBatch::Add(std::string_view row, std::string usage_record) {
  Seal(row, usage_record);
  state_->batch.Merge(ToSlice(row), usage_record);
}

void IndexBatch::PutSealed(std::string_view row, std::string_view value) {
  state_->batch.Put(ToSlice(row), ToSlice(value));
}

void IndexBatch::Append(const IndexBatch& other, std::vector<std::string>& rows) {
  Repeater repeater(state_->batch, rows);
  (void)other.state_->batch.Iterate(&repeater);  // fails for damaged batches only
}

IndexBatch IndexBatch::Copy() const {
  IndexBatch copy;
  copy.state_->batch = state_->batch;
  return copy;
}

size_t IndexBatch::bytes() const { return state_->batch.GetDataSize(); }
bool IndexBatch::may_be_there() const { return state_->may_be_there; }
void IndexBatch::SetMayBeThere() { state_->may_be_there = true; }
bool IndexBatch::empty() const { return state_->batch.Count() == 0; }

IndexCursor::IndexCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexCursor::IndexCursor(IndexCursor&&) noexcept = default;
IndexCursor::~IndexCursor() = default;

bool IndexCursor::Valid() const { return state_->iterator->Valid(); }
std::string_view IndexCursor::row() const { return ToView(state_->iterator->key()); }
std::string_view IndexCursor::sealed() const { return ToView(state_->iterator->value()); }

IndexCursor::State::~State() {
  if (deleted == nullptr || passed < DeletedRanges::kMany) return;
  std::string last = iterator->Valid() ? iterator->key().ToString() : end;
  if (begin < last) deleted->Report(std::move(begin), std::move(last), passed);
}

void IndexCursor::State::Seek(std::string_view row) {
  uint64_t before = DeletedRanges::PassedByThisThread();
  iterator->Seek(ToSlice(row));
  passed += DeletedRanges::PassedByThisThread() - before;
}

void IndexCursor::State::Next() {
  uint64_t before = DeletedRanges::PassedByThisThread();
  iterator->Next();
  passed += DeletedRanges::PassedByThisThread() - before;
}

void IndexCursor::Next() {
  if (!state_->fallback) return state_->Next();
  std::string next = std::string(row()) + '\0';
  state_->Next();
  FallBack(std::move(next));
}

void IndexCursor::Seek(std::string_view row) {
  state_->Seek(row);
  if (state_->fallback) FallBack(std::string(row));
}

void IndexCursor::FallBack(std::string row) {
  while (!state_->iterator->Valid()) {
    Status failed = status();
    if (failed) return;
    auto reopened = state_->fallback->Reopen(row, state_->end, failed.error());
    if (!reopened) return;  // the iterator's status tells
    reopened->state_->fallback = std::move(state_->fallback);
    state_ = std::move(reopened->state_);
  }
}

Result<std::string_view> IndexCursor::record() const {
  auto record = Unsealed(row(), sealed());
  if (record || !state_->fallback) return record;
  auto other = state_->fallback->Reopen(row(), state_->end, record.error());
  if (!other || !other->Valid() || other->row() != row()) return record;
  PENSTOCK_TRY(state_->from_fallback, other->record());
  return state_->from_fallback;
}

Status IndexCursor::status() const {
  return ToIndexStatus(state_->iterator->status(), "reading the index");
}

IndexSnapshot::IndexSnapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexSnapshot::IndexSnapshot(IndexSnapshot&&) noexcept = default;
IndexSnapshot::~IndexSnapshot() {
  if (state_ && state_->database) state_->database->ReleaseSnapshot(state_->snapshot);
}

Result<bool> IndexSnapshot::Contains(std::string_view row) const {
  if (state_->database == nullptr) return FailNoDrive();
  rocksdb::ReadOptions options;
  options.snapshot = state_->snapshot;
  rocksdb::PinnableSlice value;
  rocksdb::Status status =
      state_->database->Get(options, state_->database->DefaultColumnFamily(), ToSlice(row), &value);
  if (status.IsNotFound()) return false;
  if (status.ok()) return true;
  Result<bool> failed = FailIndex(status, "reading the index");
  if (state_->report) state_->report(failed.error());
  for (const IndexSnapshot& other : state_->others) {
    if (auto found = other.Contains(row)) return found;
  }
  return failed;
}

// Goes on with the other drives' snapshots.
class IndexSnapshot::Others final : public CursorFallback {
 public:
  explicit Others(const State& state) : state_(state) {}

  Result<IndexCursor> Reopen(std::string_view row, std::string_view end,
                             const base::Error& why) override {
    if (state_.report) state_.report(why);
    if (next_ == state_.others.size()) return Fail(why);
    return state_.others[next_++].Scan(row, end);
  }

 private:
  const State& state_;
  size_t next_ = 0;
};

IndexCursor IndexSnapshot::Scan(std::string_view begin, std::string_view end) const {
  auto state = std::make_unique<IndexCursor::State>();
  state->end = std::string(end);
  rocksdb::ReadOptions options;
  options.snapshot = state_->snapshot;
  if (!end.empty()) {
    state->end_slice = state->end;
    options.iterate_upper_bound = &state->end_slice;
  }
  if (!state_->others.empty()) state->fallback = std::make_unique<Others>(*state_);
  state->iterator.reset(state_->database->NewIterator(options));
  state->deleted = state_->deleted;
  state->begin = begin;
  state->Seek(begin);
  IndexCursor cursor(std::move(state));
  if (cursor.state_->fallback) cursor.FallBack(std::string(begin));
  return cursor;
}

Result<std::optional<std::string>> IndexSnapshot::Get(std::string_view row) const {
  if (state_->database == nullptr) return FailNoDrive();
  auto record = GetAt(state_->snapshot, *state_->database, row);
  if (record) return record;
  if (state_->report) state_->report(record.error());
  for (const IndexSnapshot& other : state_->others) {
    if (auto found = other.Get(row)) return found;
  }
  return record;
}

}  // namespace penstock::store
