// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "store/drives/replicated_index.h"
#include "store/index_state.h"

namespace penstock::store {

using base::Error;
using base::Fail;
using base::Result;

// The first live replica that is not in `tried`; one that failed somebody only where there is no
// other.
std::shared_ptr<Replica> ReplicatedIndex::Pick(DriveMask tried) const {
  std::shared_lock lock(live_mutex_);
  const std::unique_ptr<ReplicaWriter>* found = nullptr;
  for (const auto& writer : live_) {
    if (!writer || (tried & MaskOf(writer->replica().position)) != 0) continue;
    bool suspect = (suspects_ & MaskOf(writer->replica().position)) != 0;
    if (found == nullptr || !suspect) found = &writer;
    if (!suspect) break;
  }
  return found == nullptr ? nullptr : (*found)->shared_replica();
}

std::shared_ptr<Replica> ReplicatedIndex::LiveReplica(int position) const {
  for (std::shared_ptr<Replica>& replica : PickAll()) {
    if (replica->position == position) return std::move(replica);
  }
  return nullptr;
}

std::vector<std::shared_ptr<Replica>> ReplicatedIndex::PickAll() const {
  std::vector<std::shared_ptr<Replica>> all;
  DriveMask tried = 0;
  while (std::shared_ptr<Replica> replica = Pick(tried)) {
    tried |= MaskOf(replica->position);
    all.push_back(std::move(replica));
  }
  return all;
}

void ReplicatedIndex::ReportReadFailure(int position, const Error& error) const {
  suspects_ |= MaskOf(position);
  logger_.Warning("a drive's index cannot be read; another is asked",
                  {{"drive", position}, {"error", error.message()}});
  failures_.Tell(position, error);
}

Result<std::optional<std::string>> ReplicatedIndex::Get(std::string_view row) const {
  DriveMask tried = 0;
  Error failure = FailNoDrive().value();
  while (std::shared_ptr<Replica> replica = Pick(tried)) {
    auto record = replica->index->Get(row);
    if (record) return record;
    tried |= MaskOf(replica->position);
    failure = record.error();
    ReportReadFailure(replica->position, failure);
  }
  return Fail(std::move(failure));
}

// Goes on with the next replica, which is read as it is now.
class ReplicaFallback final : public CursorFallback {
 public:
  ReplicaFallback(const ReplicatedIndex& owner, int position)
      : owner_(owner), tried_(MaskOf(position)), current_(position) {}

  Result<IndexCursor> Reopen(std::string_view row, std::string_view end,
                             const Error& why) override {
    owner_.ReportReadFailure(current_, why);
    std::shared_ptr<Replica> replica = owner_.Pick(tried_);
    if (!replica) return Fail(why);
    current_ = replica->position;
    tried_ |= MaskOf(current_);
    IndexCursor cursor = replica->index->Scan(row, end);
    cursor.state_->keep = std::move(replica);
    return cursor;
  }

 private:
  const ReplicatedIndex& owner_;
  DriveMask tried_;
  int current_;
};

IndexCursor ReplicatedIndex::Scan(std::string_view begin, std::string_view end) const {
  std::shared_ptr<Replica> replica = Pick(0);
  if (!replica) {
    auto state = std::make_unique<IndexCursor::State>();
    state->iterator.reset(rocksdb::NewErrorIterator(rocksdb::Status::TryAgain()));
    return IndexCursor(std::move(state));
  }
  int position = replica->position;
  IndexCursor cursor = replica->index->Scan(begin, end);
  cursor.state_->keep = std::move(replica);
  cursor.state_->fallback = std::make_unique<ReplicaFallback>(*this, position);
  cursor.FallBack(std::string(begin));
  return cursor;
}

IndexSnapshot ReplicatedIndex::Snapshot() const {
  std::optional<IndexSnapshot> first;
  for (std::shared_ptr<Replica>& replica : PickAll()) {
    IndexSnapshot snapshot = replica->index->Snapshot();
    int position = replica->position;
    snapshot.state_->report = [this, position](const Error& error) {
      ReportReadFailure(position, error);
    };
    snapshot.state_->keep = std::move(replica);
    if (first) {
      first->state_->others.push_back(std::move(snapshot));
    } else {
      first.emplace(std::move(snapshot));
    }
  }
  if (!first) return IndexSnapshot(std::make_unique<IndexSnapshot::State>());
  return std::move(*first);
}

}  // namespace penstock::store
