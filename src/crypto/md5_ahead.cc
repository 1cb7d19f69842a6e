// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_ahead.h"

#include <algorithm>
#include <utility>

namespace penstock::crypto {

Md5Workers::Md5Workers(size_t most)
    : most_(most > 0 ? most : std::max(1u, std::thread::hardware_concurrency())) {}

Md5Workers::~Md5Workers() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Md5Workers::Post(Md5Ahead& message) {
  ready_.push_back(&message);
  if (idle_ < ready_.size() && threads_.size() < most_) {
    threads_.emplace_back([this] { Run(); });
  }
  work_.notify_one();
}

// False where a piece is being hashed.
bool Md5Workers::Forget(Md5Ahead& message) {
  return std::erase(ready_, &message) > 0 || message.pieces_.empty();
}

void Md5Workers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_.wait(lock, [this] { return ending_ || !ready_.empty(); });
    --idle_;
    if (ready_.empty()) return;
    HashNext(lock);
  }
}

void Md5Workers::HashNext(std::unique_lock<std::mutex>& lock) {
  Md5Ahead& message = *ready_.front();
  ready_.pop_front();
  Md5Ahead::Piece& piece = message.pieces_.front();
  lock.unlock();
  message.stream_.Update(piece.bytes);
  piece.keeper.reset();
  lock.lock();
  message.pieces_.pop_front();
  if (!message.pieces_.empty()) ready_.push_back(&message);
  message.changed_.notify_one();  // before the lock is given up: then the message may be gone
}

Md5Ahead::Md5Ahead(Md5Workers& workers) : workers_(workers), stream_(workers.batches_) {}

Md5Ahead::~Md5Ahead() {
  std::unique_lock lock(workers_.mutex_);
  size_t kept = workers_.Forget(*this) ? 0 : 1;
  pieces_.resize(kept);
  AwaitHashed(lock);
  if (entered_) --workers_.messages_;
}

void Md5Ahead::AwaitHashed(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return pieces_.empty(); });
}

bool Md5Ahead::Update(std::string_view bytes, std::shared_ptr<const void> keeper) {
  if (bytes.empty()) return true;
  std::unique_lock lock(workers_.mutex_);
  if (!entered_) ++workers_.messages_;
  entered_ = true;
  if (workers_.messages_ > workers_.most_) {
    lock.unlock();
    UpdateNow(bytes);
    return true;
  }
  changed_.wait(lock, [this] { return pieces_.size() < Md5Workers::kMostWaiting; });
  pieces_.push_back({bytes, std::move(keeper)});
  if (pieces_.size() == 1) workers_.Post(*this);
  return false;
}

void Md5Ahead::UpdateNow(std::string_view bytes) {
  {
    std::unique_lock lock(workers_.mutex_);
    AwaitHashed(lock);
  }
  stream_.Update(bytes);
}

std::string Md5Ahead::Finish() {
  std::unique_lock lock(workers_.mutex_);
  AwaitHashed(lock);
  return stream_.Finish();
}

}  // namespace penstock::crypto
