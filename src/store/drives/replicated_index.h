// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/drives/failure_listener.h"
#include "store/drives/fair_mutex.h"
#include "store/drives/membership_record.h"
#include "store/drives/replica.h"
#include "store/index.h"

namespace penstock::store {

// The reason of a failure to bring a replica up to date that lies in what its own drive has: a new
// index has to be made there.
inline constexpr std::string_view kReplicaDamaged = "replica_damaged";

// One index with a replica on each drive. Batches are committed in groups, one group after the
// other, each to all live replicas at once; a group is acknowledged when all of them have it, they
// are a write quorum, and they are exactly those recorded as being in sync. A replica that fails is
// taken out of that record first. Reads are answered by one replica, and by another one where it
// fails. Thread-safe.
class ReplicatedIndex final : public Index {
 public:
  // Told that a drive failed: for writing, so that it is out already, or for a reader, so that it
  // should be looked at. Must be quick and not call back.
  using FailureReport = FailureListener::Report;

  ReplicatedIndex(MembershipRecord& record, std::chrono::milliseconds drive_timeout,
                  base::Logger& logger);
  ~ReplicatedIndex() override;
  void SetFailureReport(FailureReport report) { failures_.Set(std::move(report)); }

  base::Result<std::optional<std::string>> Get(std::string_view row) const override;
  IndexCursor Scan(std::string_view begin, std::string_view end) const override;
  IndexSnapshot Snapshot() const override;
  base::Status Commit(IndexBatch& batch) override;
  base::Status Recover() override;

  // The drives that take part now.
  DriveMask live() const;
  // Whether a write would be tried.
  bool writable() const;

  // The copy of a drive that is in use; null where it is not.
  std::shared_ptr<Replica> LiveReplica(int position) const;

  // Takes a replica in that is recorded as being in sync: as the first one, or after copying the
  // commit that it missed. False where it is too far behind and has to join.
  base::Result<bool> Attach(std::shared_ptr<Replica> replica);
  // Has the live replicas recorded as those in sync, where they are a write quorum.
  base::Status MakeWritable();
  // Takes a drive out. It stays where it is the last one that can be read.
  void Evict(int position, const base::Error& why);

  // Tries to make a drive go on that failed for want of space and is still open: whether it is live
  // now. kResourceExhausted where it is full still.
  base::Result<bool> Revive(int position);
  // Closes what it may have open of a drive that failed, so that the drive can be opened again.
  void Forget(int position);
  // Drives that failed readers; these are asked last.
  DriveMask suspects() const { return suspects_; }

  // Brings a stale or empty replica up to date while writes go on, or while there are too few
  // drives for any, and takes it in. `copied` counts rows. kCancelled once `stop` is set.
  base::Status Join(std::shared_ptr<Replica> replica, const std::atomic<bool>& stop,
                    std::atomic<uint64_t>& copied);

 private:
  friend class ReplicaFallback;
  struct Waiter {
    explicit Waiter(IndexBatch& changes) : batch(changes) {}
    IndexBatch& batch;
    std::condition_variable changed;
    bool done = false;
    base::Status outcome;
  };
  struct Failure {
    int position;
    base::Error error;
  };
  struct Joiner {
    std::unique_ptr<ReplicaWriter> writer;
    std::optional<base::Error> failure;
    // Rows written since the last look at the source.
    std::set<std::string, std::less<>> dirty;
  };
  // What a run of rows of the target needs to be as the source's.
  struct Chunk {
    std::string begin;
    std::vector<std::pair<std::string, std::optional<std::string>>> changes;
    size_t bytes = 0;
    std::optional<std::string> next;  // where the next run begins; none at the end
  };

  std::shared_ptr<Replica> Pick(DriveMask tried) const;
  std::vector<std::shared_ptr<Replica>> PickAll() const;
  void ReportReadFailure(int position, const base::Error& error) const;

  std::vector<Waiter*> LeadGroup(std::unique_lock<std::mutex>& queue_lock);
  std::vector<Waiter*> TakeGroup();
  // All of these with the gate.
  base::Status CommitGroup(const std::vector<Waiter*>& group);
  std::vector<Failure> WriteToAll(const IndexBatch& batch, const std::vector<std::string>& rows);
  base::Status Judge(std::vector<Failure> failures);
  base::Status RecordLive();
  base::Status NotWritable() const;
  void AddLive(std::unique_ptr<ReplicaWriter> writer);
  void Drop(int position, const base::Error& why, bool keep_open);
  base::Status RecoverLive();
  void RecoverDropped();
  base::Status EndJoin();

  base::Result<Chunk> ReadChunk(const std::string& from, Replica& target);
  void AddRow(Chunk& chunk, std::string_view row, std::string_view sealed) const;
  base::Status ApplyChunk(const Chunk& chunk, Replica& target);

  MembershipRecord& record_;
  const std::chrono::milliseconds drive_timeout_;
  base::Logger& logger_;
  FailureListener failures_;

  // The queue of batches; its head is committed by the thread that put it there, with those behind.
  std::mutex queue_mutex_;
  std::deque<Waiter*> queue_;
  bool leading_ = false;

  // Held while replicas are written, and while who takes part changes. Guards what follows.
  mutable FairMutex gate_;
  uint64_t sequence_ = 0;  // of the last commit
  bool broken_ = false;    // the last one failed on all live replicas, which need Recover()
  std::optional<base::Error> trouble_;               // why writing is not possible
  std::optional<base::Error> dropped_for_;           // what the last commit failed of, while so
  std::map<int, std::shared_ptr<Replica>> dropped_;  // failed, still recorded as being in sync
  std::unique_ptr<Joiner> joiner_;

  // By position, nullptr where not live; changed with the gate and this one.
  mutable std::shared_mutex live_mutex_;
  std::vector<std::unique_ptr<ReplicaWriter>> live_;
  mutable std::atomic<DriveMask> suspects_{0};  // read last, since they failed somebody
  std::atomic<bool> writable_{false};
};

}  // namespace penstock::store
