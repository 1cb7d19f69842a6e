// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "crypto/md5_lanes.h"

namespace penstock::crypto {

// Brings the blocks of messages that several threads read together, so that one of them hashes
// several at once: MD5 cannot be divided, but eight of them cost little more than one. Where the
// processor cannot, and for a message alone, it is as if there was none of this. Thread-safe.
class Md5Batches {
 public:
  // No more threads than this hash at a time, so that what comes meanwhile gathers; 0: half of the
  // processors.
  explicit Md5Batches(size_t threads = 0);

  // Adds whole blocks to a message; returns when they are. Messages must have Enter()ed.
  void Add(Md5State& state, const char* bytes, size_t blocks);
  // A message that will bring blocks, and one that will bring no more.
  void Enter();
  void Leave();

 private:
  struct Waiting {
    Md5Job job;
    bool done = false;
    std::condition_variable changed;
  };
  void Gather(std::unique_lock<std::mutex>& lock);
  void LeadBatch(std::unique_lock<std::mutex>& lock);

  const size_t threads_;
  std::mutex mutex_;
  std::deque<Waiting*> waiting_;
  size_t hashing_ = 0;   // threads
  size_t messages_ = 0;  // that may bring blocks
};

}  // namespace penstock::crypto
