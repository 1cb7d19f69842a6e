// SPDX-License-Identifier: Apache-2.0
#include "store/drives/replica.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Status;

struct ReplicaWriter::Shared {
  std::shared_ptr<Replica> replica;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<IndexBatch> batch;
  std::optional<Status> outcome;
  bool stop = false;
  bool hangs = false;
};

ReplicaWriter::ReplicaWriter(std::shared_ptr<Replica> replica)
    : shared_(std::make_shared<Shared>()) {
  shared_->replica = std::move(replica);
  thread_ = std::thread([shared = shared_] { Run(shared); });
}

ReplicaWriter::~ReplicaWriter() {
  bool hangs;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
    hangs = shared_->hangs && !shared_->outcome;
  }
  shared_->changed.notify_all();
  if (hangs) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

Replica& ReplicaWriter::replica() const { return *shared_->replica; }
const std::shared_ptr<Replica>& ReplicaWriter::shared_replica() const { return shared_->replica; }

void ReplicaWriter::Begin(IndexBatch batch) {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->outcome.reset();
    shared_->batch.emplace(std::move(batch));
  }
  shared_->changed.notify_all();
}

Status ReplicaWriter::Await(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(shared_->mutex);
  if (!shared_->changed.wait_until(lock, deadline, [&] { return shared_->outcome.has_value(); })) {
    shared_->hangs = true;
    return Fail(Code::kDeadlineExceeded, "the drive does not answer");
  }
  return *shared_->outcome;
}

void ReplicaWriter::Run(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->stop || shared->batch.has_value(); });
    if (!shared->batch) return;
    IndexBatch batch = std::move(*shared->batch);
    shared->batch.reset();
    lock.unlock();
    Status outcome = shared->replica->index->Commit(batch);
    lock.lock();
    shared->outcome = std::move(outcome);
    shared->changed.notify_all();
  }
}

}  // namespace penstock::store
