// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "store/drives/commit_journal.h"
#include "store/drives/replicated_index.h"
#include "store/record_codec.h"
#include "store/row_key.h"

// How a replica that is stale or empty is brought up to date under live writes. From the beginning
// it gets every commit. Beside that, all rows are compared with the source's, run by run: both are
// looked at at one moment between commits, compared while commits go on, and the differences
// written between commits again, but for rows that were written since that moment.
namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxChanges = 2000;
constexpr size_t kMaxChangedBytes = size_t{4} << 20;
constexpr size_t kMaxCompared = 20'000;

// Each drive's own business.
bool IsLocal(std::string_view row) {
  return row == row_key::Meta("recovered") || row == IncompleteRow();
}

}  // namespace

Status ReplicatedIndex::Join(std::shared_ptr<Replica> replica, const std::atomic<bool>& stop,
                             std::atomic<uint64_t>& copied) {
  {
    std::lock_guard gate(gate_);
    if (broken_) return NotWritable();
    if (joiner_)
      return Fail(Code::kFailedPrecondition, "another drive is being brought up to date");
    joiner_ = std::make_unique<Joiner>();
    joiner_->writer = std::make_unique<ReplicaWriter>(replica);
  }
  auto copy = [&]() -> Status {
    PENSTOCK_RETURN_IF_ERROR(MarkIncomplete(*replica->index));
    std::optional<std::string> from = "";
    while (from) {
      if (stop) return Fail(Code::kCancelled, "the store is being closed");
      PENSTOCK_TRY(Chunk chunk, ReadChunk(*from, *replica));
      PENSTOCK_RETURN_IF_ERROR(ApplyChunk(chunk, *replica));
      copied += chunk.changes.size();
      from = std::move(chunk.next);
    }
    return MarkComplete(*replica->index);
  };
  Status copying = copy();
  std::lock_guard gate(gate_);
  Status ended = copying ? EndJoin() : copying;
  joiner_.reset();
  return ended;
}

// Takes the joiner in: it has everything. Where they are too few to write even so, it takes part
// unrecorded until there are more.
Status ReplicatedIndex::EndJoin() {
  if (joiner_->failure) return Fail(*joiner_->failure);
  if (broken_) return NotWritable();
  int position = joiner_->writer->replica().position;
  dropped_.erase(position);
  AddLive(std::move(joiner_->writer));
  (void)RecordLive();
  if ((live() & MaskOf(position)) != 0) return {};
  return Fail(Code::kInternal, "the drive's label cannot be written");
}

Result<ReplicatedIndex::Chunk> ReplicatedIndex::ReadChunk(const std::string& from,
                                                          Replica& target) {
  // Longer than the cursor on it: a drive that is lost meanwhile is closed by whoever has it last.
  std::shared_ptr<Replica> source;
  std::optional<IndexCursor> theirs, ours;
  {
    std::lock_guard gate(gate_);
    source = Pick(0);
    if (!source) return Fail(Code::kUnavailable, "there is no drive to copy from");
    theirs.emplace(source->index->Scan(from, ""));
    ours.emplace(target.index->Scan(from, ""));
    joiner_->dirty.clear();
  }
  Chunk chunk;
  chunk.begin = from;
  for (size_t compared = 0; theirs->Valid() || ours->Valid(); ++compared) {
    bool missing = theirs->Valid() && (!ours->Valid() || theirs->row() < ours->row());
    bool extra = ours->Valid() && (!theirs->Valid() || ours->row() < theirs->row());
    if (chunk.changes.size() >= kMaxChanges || chunk.bytes >= kMaxChangedBytes ||
        compared >= kMaxCompared) {
      chunk.next = std::string(extra ? ours->row() : theirs->row());
      return chunk;
    }
    if (extra) {
      if (!IsLocal(ours->row())) chunk.changes.emplace_back(ours->row(), std::nullopt);
    } else if (missing || theirs->sealed() != ours->sealed()) {
      AddRow(chunk, theirs->row(), theirs->sealed());
    }
    if (!extra) theirs->Next();
    if (!missing) ours->Next();
    // An index that cannot be read seems to end.
    if (!theirs->Valid()) PENSTOCK_RETURN_IF_ERROR(theirs->status());
    if (!ours->Valid()) {
      Status readable = ours->status();
      if (!readable) return Fail(Code::kDataLoss, kReplicaDamaged, readable.error().message());
    }
  }
  return chunk;
}

// A row that is damaged at the source is looked for elsewhere; where it is damaged everywhere it is
// copied as it is, since that is all there is of it.
void ReplicatedIndex::AddRow(Chunk& chunk, std::string_view row, std::string_view sealed) const {
  if (IsLocal(row)) return;
  std::string value(sealed);
  std::string record = value;
  if (!Unseal(row, record)) {
    for (const std::shared_ptr<Replica>& replica : PickAll()) {
      auto other = replica->index->GetSealed(row);
      if (!other || !*other) continue;
      record = **other;
      if (!Unseal(row, record)) continue;
      value = std::move(**other);
      break;
    }
  }
  chunk.bytes += row.size() + value.size();
  chunk.changes.emplace_back(row, std::move(value));
}

Status ReplicatedIndex::ApplyChunk(const Chunk& chunk, Replica& target) {
  std::lock_guard gate(gate_);
  if (joiner_->failure) return Fail(*joiner_->failure);
  std::shared_ptr<Replica> source = Pick(0);
  if (!source) return Fail(Code::kUnavailable, "there is no drive to copy from");
  IndexBatch batch;
  auto put = [&](std::string_view row, const std::optional<std::string>& value) {
    if (value) {
      batch.PutSealed(row, *value);
    } else {
      batch.Delete(row);
    }
  };
  for (const auto& [row, value] : chunk.changes) {
    if (!joiner_->dirty.contains(row)) put(row, value);
  }
  // Rows of this run that were written meanwhile are as the source has them now: a sum (usage) was
  // added to whatever the joiner had.
  auto end = chunk.next ? joiner_->dirty.lower_bound(*chunk.next) : joiner_->dirty.end();
  for (auto row = joiner_->dirty.lower_bound(chunk.begin); row != end; ++row) {
    PENSTOCK_TRY(std::optional<std::string> value, source->index->GetSealed(*row));
    put(*row, value);
  }
  if (batch.empty()) return {};
  return target.index->CommitUnsynced(batch);
}

}  // namespace penstock::store
