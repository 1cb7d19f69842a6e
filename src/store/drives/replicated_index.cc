// SPDX-License-Identifier: Apache-2.0
#include "store/drives/replicated_index.h"

#include <algorithm>
#include <utility>

#include "store/drives/commit_journal.h"
#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Error;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxGroup = 512;
constexpr size_t kMaxGroupBytes = size_t{4} << 20;

}  // namespace

ReplicatedIndex::ReplicatedIndex(MembershipRecord& record, std::chrono::milliseconds drive_timeout,
                                 base::Logger& logger)
    : record_(record),
      drive_timeout_(drive_timeout),
      logger_(logger),
      live_(static_cast<size_t>(record.geometry().drives)) {}

ReplicatedIndex::~ReplicatedIndex() = default;

DriveMask ReplicatedIndex::live() const {
  std::shared_lock lock(live_mutex_);
  DriveMask mask = 0;
  for (const auto& writer : live_) {
    if (writer) mask |= MaskOf(writer->replica().position);
  }
  return mask;
}

bool ReplicatedIndex::writable() const { return writable_; }

Status ReplicatedIndex::Commit(IndexBatch& batch) {
  Waiter self(batch);
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&self);
  while (!self.done) {
    if (leading_ || queue_.front() != &self) {
      self.changed.wait(lock);
      continue;
    }
    for (Waiter* member : LeadGroup(lock)) {
      member->done = true;
      if (member != &self) member->changed.notify_one();
    }
    if (!queue_.empty()) queue_.front()->changed.notify_one();
  }
  return std::move(self.outcome);
}

std::vector<ReplicatedIndex::Waiter*> ReplicatedIndex::LeadGroup(
    std::unique_lock<std::mutex>& queue_lock) {
  leading_ = true;
  queue_lock.unlock();
  std::vector<Waiter*> group;
  {
    std::lock_guard gate(gate_);
    group = TakeGroup();  // only now, since more may have come while we waited
    uint64_t before = sequence_;
    Status outcome = CommitGroup(group);
    for (Waiter* member : group) {
      member->outcome = outcome;
      if (!outcome && sequence_ != before) member->batch.SetMayBeThere();
    }
  }
  queue_lock.lock();
  leading_ = false;
  return group;
}

std::vector<ReplicatedIndex::Waiter*> ReplicatedIndex::TakeGroup() {
  std::lock_guard lock(queue_mutex_);
  std::vector<Waiter*> group;
  size_t bytes = 0;
  while (!queue_.empty() && group.size() < kMaxGroup) {
    bytes += queue_.front()->batch.bytes();
    if (!group.empty() && bytes > kMaxGroupBytes) break;
    group.push_back(queue_.front());
    queue_.pop_front();
  }
  return group;
}

Status ReplicatedIndex::CommitGroup(const std::vector<Waiter*>& group) {
  if (!writable_) return NotWritable();
  IndexBatch batch;
  CommitJournal journal;
  journal.sequence = sequence_ + 1;
  for (const Waiter* member : group) batch.Append(member->batch, journal.rows);
  batch.Put(CommitJournal::RowKey(), journal.Encode());
  return Judge(WriteToAll(batch, journal.rows));
}

std::vector<ReplicatedIndex::Failure> ReplicatedIndex::WriteToAll(
    const IndexBatch& batch, const std::vector<std::string>& rows) {
  for (const auto& writer : live_) {
    if (writer) writer->Begin(batch.Copy());
  }
  bool joining = joiner_ && !joiner_->failure;
  if (joining) {
    joiner_->dirty.insert(rows.begin(), rows.end());
    joiner_->dirty.insert(CommitJournal::RowKey());
    joiner_->writer->Begin(batch.Copy());
  }
  auto deadline = std::chrono::steady_clock::now() + drive_timeout_;
  std::vector<Failure> failures;
  for (const auto& writer : live_) {
    if (!writer) continue;
    Status written = writer->Await(deadline);
    if (!written) failures.push_back({writer->replica().position, written.error()});
  }
  if (joining) {
    Status written = joiner_->writer->Await(deadline);
    if (!written) joiner_->failure = written.error();
  }
  return failures;
}

// Decides what a commit came to.
Status ReplicatedIndex::Judge(std::vector<Failure> failures) {
  if (failures.empty()) {
    ++sequence_;
    return {};
  }
  // A full drive first: that is what the caller can do something about.
  std::stable_sort(failures.begin(), failures.end(), [](const Failure& a, const Failure& b) {
    return (a.error.code() == Code::kResourceExhausted) >
           (b.error.code() == Code::kResourceExhausted);
  });
  Error first = failures.front().error;
  int taken = CountDrives(live()) - static_cast<int>(failures.size());
  if (taken == 0) {
    // Nobody has it, so nobody will: as with a single drive.
    broken_ = true;
    writable_ = false;
    trouble_ = first;
    for (const Failure& failure : failures) {
      if (failure.error.code() == Code::kDeadlineExceeded) {
        Drop(failure.position, failure.error, /*keep_open=*/false);
      }
    }
    return Fail(std::move(first));
  }
  ++sequence_;  // from here on it is there, acknowledged or not
  for (const Failure& failure : failures) {
    Drop(failure.position, failure.error, failure.error.code() != Code::kDeadlineExceeded);
  }
  dropped_for_ = std::move(first);
  Status recorded = RecordLive();
  if (recorded) return {};
  return Fail(Code::kUnavailable, recorded.error().message());
}

Status ReplicatedIndex::NotWritable() const {
  // Of an earlier commit; this one was not tried.
  Error why =
      trouble_.value_or(Error(Code::kUnavailable, "too few drives are in sync for writing"));
  if (!dropped_for_) return Fail(std::move(why));
  return Fail(why.code(), why.message() + ": " + dropped_for_->message());
}

// Makes the live drives those that are recorded as being in sync.
Status ReplicatedIndex::RecordLive() {
  DriveMask mask = live();
  writable_ = false;
  if (broken_ || CountDrives(mask) < record_.geometry().write_quorum()) {
    if (!broken_) trouble_ = record_.TooFew(mask);
    return NotWritable();
  }
  if (!record_.promised()) {
    auto promised = record_.Promise(mask);
    if (!promised) {
      trouble_ = promised.error();
      return NotWritable();
    }
  }
  if (record_.Current().in_sync != mask) {
    auto recorded = record_.Record(mask);
    if (!recorded) {
      trouble_ = recorded.error();
      return NotWritable();
    }
    for (int position = 0; position < record_.geometry().drives; ++position) {
      if ((mask & ~*recorded & MaskOf(position)) == 0) continue;
      Drop(position, Error(Code::kInternal, "its label cannot be written"), /*keep_open=*/false);
    }
    std::erase_if(dropped_,
                  [&](const auto& dropped) { return (*recorded & MaskOf(dropped.first)) == 0; });
  }
  trouble_.reset();
  dropped_for_.reset();
  writable_ = true;
  return {};
}

void ReplicatedIndex::AddLive(std::unique_ptr<ReplicaWriter> writer) {
  int position = writer->replica().position;
  std::unique_lock lock(live_mutex_);
  live_[static_cast<size_t>(position)] = std::move(writer);
  suspects_ &= ~MaskOf(position);
}

void ReplicatedIndex::Drop(int position, const Error& why, bool keep_open) {
  std::unique_ptr<ReplicaWriter> writer;
  {
    std::unique_lock lock(live_mutex_);
    writer = std::move(live_[static_cast<size_t>(position)]);
  }
  if (!writer) return;
  if (keep_open) dropped_[position] = writer->shared_replica();
  logger_.Warning("a drive does not keep up any more and is left out",
                  {{"drive", position}, {"error", why.message()}});
  failures_.Tell(position, why);
}

void ReplicatedIndex::Evict(int position, const Error& why) {
  std::lock_guard gate(gate_);
  dropped_.erase(position);
  DriveMask mask = live();
  if ((mask & MaskOf(position)) != 0) {
    if (mask == MaskOf(position)) return;
    Drop(position, why, /*keep_open=*/false);
  }
  (void)RecordLive();  // where it fails the next write says so
}

Result<bool> ReplicatedIndex::Revive(int position) {
  std::lock_guard gate(gate_);
  auto found = dropped_.find(position);
  if (found == dropped_.end() || broken_) return false;
  Status recovered = found->second->index->Recover();
  if (!recovered && recovered.error().code() == Code::kResourceExhausted) {
    return Fail(recovered.error());
  }
  if (!recovered) return false;
  RecoverDropped();
  (void)RecordLive();
  return (live() & MaskOf(position)) != 0;
}

void ReplicatedIndex::Forget(int position) {
  std::lock_guard gate(gate_);
  dropped_.erase(position);
}

Status ReplicatedIndex::MakeWritable() {
  std::lock_guard gate(gate_);
  return RecordLive();
}

Result<bool> ReplicatedIndex::Attach(std::shared_ptr<Replica> replica) {
  std::lock_guard gate(gate_);
  int position = replica->position;
  if ((record_.Current().in_sync & MaskOf(position)) == 0) return false;
  PENSTOCK_TRY(bool incomplete, IsIncomplete(*replica->index));
  if (incomplete) return false;
  std::shared_ptr<Replica> source = Pick(0);
  if (source) {
    PENSTOCK_TRY(bool caught_up, CatchUp(*source->index, *replica->index));
    if (!caught_up) return false;
  } else {
    PENSTOCK_TRY(CommitJournal journal, ReadJournal(*replica->index));
    sequence_ = journal.sequence;
  }
  AddLive(std::make_unique<ReplicaWriter>(std::move(replica)));
  return true;
}

Status ReplicatedIndex::Recover() {
  std::lock_guard gate(gate_);
  if (broken_) PENSTOCK_RETURN_IF_ERROR(RecoverLive());
  RecoverDropped();
  return RecordLive();
}

// After a commit that failed on all drives: as many as can are made to go on, and the others are
// left out, as long as enough of them can.
Status ReplicatedIndex::RecoverLive() {
  std::vector<Failure> failures;
  int recovered = 0;
  for (const std::shared_ptr<Replica>& replica : PickAll()) {
    Status status = replica->index->Recover();
    if (status) {
      ++recovered;
    } else {
      failures.push_back({replica->position, status.error()});
    }
  }
  if (recovered < record_.geometry().write_quorum()) {
    if (failures.empty()) return NotWritable();
    trouble_ = failures.front().error;
    return NotWritable();
  }
  broken_ = false;
  for (const Failure& failure : failures) {
    Drop(failure.position, failure.error, /*keep_open=*/true);
  }
  return {};
}

// Drives that failed and are still recorded as being in sync, because too few were left without
// them: those that work again get the commit that they missed.
void ReplicatedIndex::RecoverDropped() {
  std::shared_ptr<Replica> source = Pick(0);
  if (!source) return;
  for (auto next = dropped_.begin(); next != dropped_.end();) {
    std::shared_ptr<Replica> replica = next->second;
    Status recovered = replica->index->Recover();
    Result<bool> caught_up = false;
    if (recovered) caught_up = CatchUp(*source->index, *replica->index);
    if (!caught_up || !*caught_up) {
      ++next;
      continue;
    }
    next = dropped_.erase(next);
    AddLive(std::make_unique<ReplicaWriter>(std::move(replica)));
  }
}

}  // namespace penstock::store
