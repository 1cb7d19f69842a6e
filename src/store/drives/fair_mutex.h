// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace penstock::store {

// A mutex that is taken in the order it was asked for: under a stream of commits a plain one would
// keep out whoever copies rows in between for as long as the stream lasts.
class FairMutex {
 public:
  void lock() {
    std::unique_lock lock(mutex_);
    uint64_t ticket = next_++;
    changed_.wait(lock, [&] { return serving_ == ticket; });
  }
  void unlock() {
    {
      std::lock_guard lock(mutex_);
      ++serving_;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t next_ = 0;
  uint64_t serving_ = 0;
};

}  // namespace penstock::store
