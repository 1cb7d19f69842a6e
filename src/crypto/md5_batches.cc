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

// Hashes until no lane has blocks left.
void HashAll(std::vector<Md5Lane> lanes, std::vector<size_t> blocks) {
  while (!lanes.empty()) {
    size_t common = *std::min_element(blocks.begin(), blocks.end());
    if (lanes.size() == 1) {
      HashMd5Blocks(*lanes[0].state, lanes[0].bytes, common);
    } else {
      HashMd5Lanes(lanes, common);
    }
    size_t left = 0;
    for (size_t i = 0; i < lanes.size(); ++i) {
      if (blocks[i] == common) continue;
      lanes[left] = {lanes[i].state, lanes[i].bytes + common * kMd5Block};
      blocks[left++] = blocks[i] - common;
    }
    lanes.resize(left);
    blocks.resize(left);
  }
}

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
  Job self{{&state, bytes}, blocks, false, {}};
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
  std::vector<Job*> jobs;
  std::vector<Md5Lane> lanes;
  std::vector<size_t> blocks;
  while (!waiting_.empty() && jobs.size() < kMd5Lanes) {
    jobs.push_back(waiting_.front());
    waiting_.pop_front();
    lanes.push_back(jobs.back()->lane);
    blocks.push_back(jobs.back()->blocks);
  }
  lock.unlock();
  HashAll(std::move(lanes), std::move(blocks));
  lock.lock();
  --hashing_;
  for (Job* job : jobs) {
    job->done = true;
    job->changed.notify_one();
  }
  if (!waiting_.empty()) waiting_.front()->changed.notify_one();
}

}  // namespace penstock::crypto
