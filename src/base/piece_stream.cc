// SPDX-License-Identifier: Apache-2.0
#include "base/piece_stream.h"

#include <algorithm>
#include <utility>

namespace penstock::base {

PieceWorkers::~PieceWorkers() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void PieceWorkers::Post(PieceStream& stream) {
  ready_.push_back(&stream);
  if (idle_ < ready_.size() && threads_.size() < limits_.threads) {
    threads_.emplace_back([this] { Run(); });
  }
}

bool PieceWorkers::IsDue() const {
  if (ready_.empty()) return false;
  if (2 * ready_.size() >= std::min(limits_.together, streams_)) return true;
  return std::any_of(ready_.begin(), ready_.end(),
                     [](const PieceStream* stream) { return stream->IsPressing(); });
}

void PieceWorkers::Wake() {
  if (IsDue()) work_.notify_one();
}

void PieceWorkers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_.wait(lock, [this] { return ending_ || IsDue(); });
    --idle_;
    if (ready_.empty()) return;
    TakeNext(lock);
    Wake();
  }
}

void PieceWorkers::TakeNext(std::unique_lock<std::mutex>& lock) {
  std::vector<PieceStream*> streams;
  while (!ready_.empty() && streams.size() < limits_.together) {
    PieceStream& stream = *ready_.front();
    ready_.pop_front();
    while (!stream.waiting_.empty() && stream.taken_.size() < limits_.pieces) {
      stream.taken_.push_back(std::move(stream.waiting_.front()));
      stream.waiting_.pop_front();
    }
    streams.push_back(&stream);
  }
  lock.unlock();
  take_(streams);
  for (PieceStream* stream : streams) {
    for (KeptPiece& piece : stream->taken_) piece.keeper.reset();
  }
  lock.lock();
  for (PieceStream* stream : streams) {
    stream->taken_.clear();
    if (stream->IsBusy()) {
      ready_.push_back(stream);
    } else {
      --busy_;
    }
    stream->changed_.notify_one();  // before the lock is given up: then the stream may be gone
  }
}

// Whether who brings its pieces waits, or has room for one more only.
bool PieceStream::IsPressing() const {
  return awaited_ || waiting_.size() + taken_.size() + 1 >= workers_.limits_.waiting;
}

bool PieceStream::Offer(std::string_view bytes, const std::shared_ptr<const void>& keeper) {
  std::unique_lock lock(workers_.mutex_);
  if (!entered_) ++workers_.streams_;
  entered_ = true;
  if (!IsBusy()) {
    if (workers_.busy_ == workers_.limits_.streams) return false;
    ++workers_.busy_;
  }
  changed_.wait(lock,
                [this] { return waiting_.size() + taken_.size() < workers_.limits_.waiting; });
  waiting_.push_back({bytes, keeper});
  if (waiting_.size() == 1 && taken_.empty()) workers_.Post(*this);
  workers_.Wake();
  return true;
}

template <typename Done>
void PieceStream::AwaitUntil(std::unique_lock<std::mutex>& lock, Done done) {
  awaited_ = true;
  workers_.Wake();
  changed_.wait(lock, done);
  awaited_ = false;
}

void PieceStream::Await() {
  std::unique_lock lock(workers_.mutex_);
  AwaitUntil(lock, [this] { return !IsBusy(); });
}

void PieceStream::GiveUp() {
  std::unique_lock lock(workers_.mutex_);
  if (std::erase(workers_.ready_, this) > 0) --workers_.busy_;
  waiting_.clear();
  AwaitUntil(lock, [this] { return taken_.empty(); });
  if (entered_) --workers_.streams_;
  entered_ = false;
  workers_.Wake();
}

}  // namespace penstock::base
