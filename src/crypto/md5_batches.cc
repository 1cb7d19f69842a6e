// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_batches.h"

#include <algorithm>
#include <thread>

namespace penstock::crypto {
namespace {

// How often others are let run before a batch begins that is not full. Where nobody else wants the
// processor that takes a microsecond, and where somebody does he may have blocks to bring.
constexpr int kYields = 4;

size_t DefaultThreads() { return std::max<size_t>(1, std::thread::hardware_concurrency() / 2); }

}  // namespace

Md5Batches::Md5Batches(size_t threads) : threads_(threads == 0 ? DefaultThreads() : threads) {}

void Md5Batches::Enter() {
  std::lock_guard lock(mutex_);
  ++messages_;
}

void Md5Batches::Leave() {
  std::lock_guard lock(mutex_);
  --messages_;
}

void Md5Batches::Add(Md5State& state, const char* bytes, size_t blocks) {
  if (blocks == 0) return;
  std::unique_lock lock(mutex_);
  if (messages_ <= 1 || !CanHashMd5Lanes()) {
    lock.unlock();
    return HashMd5Blocks(state, bytes, blocks);
  }
  Waiting self{{{&state, bytes}, blocks}, false, {}};
  waiting_.push_back(&self);
  while (!self.done) {
    if (hashing_ < threads_ && !waiting_.empty()) {
      LeadBatch(lock);
    } else {
      self.changed.wait(lock);
    }
  }
}

void Md5Batches::Gather(std::unique_lock<std::mutex>& lock) {
  for (int i = 0; i < kYields && waiting_.size() < std::min(kMd5Lanes, messages_); ++i) {
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
}

// Hashes what waits, the caller's blocks or others', and has somebody go on with what is left.
void Md5Batches::LeadBatch(std::unique_lock<std::mutex>& lock) {
  ++hashing_;
  Gather(lock);
  std::vector<Waiting*> some;
  std::vector<Md5Job> jobs;
  while (!waiting_.empty() && jobs.size() < kMd5Lanes) {
    some.push_back(waiting_.front());
    waiting_.pop_front();
    jobs.push_back(some.back()->job);
  }
  lock.unlock();
  HashMd5Jobs(std::move(jobs));
  lock.lock();
  --hashing_;
  for (Waiting* one : some) {
    one->done = true;
    one->changed.notify_one();
  }
  if (!waiting_.empty()) waiting_.front()->changed.notify_one();
}

}  // namespace penstock::crypto
