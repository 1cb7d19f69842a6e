// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace penstock::store {

// A thread's stop signal that can be waited for. Thread-safe.
class StopSignal {
 public:
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
  }
  // Ends the next, or the running, Wait().
  void Wake() {
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }
  bool stopped() const {
    std::lock_guard lock(mutex_);
    return stopped_;
  }
  bool woken() const {
    std::lock_guard lock(mutex_);
    return woken_;
  }
  // Returns after the time, or when woken or stopped.
  void Wait(std::chrono::steady_clock::duration time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return stopped_ || woken_; });
    woken_ = false;
  }
  // Not ended by Wake(); false once stopped.
  bool Sleep(std::chrono::steady_clock::duration time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return stopped_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool woken_ = false;
};

// Keeps a background job to so many bytes a second.
class RateLimit {
 public:
  RateLimit(uint64_t bytes_per_second, StopSignal& stop)
      : bytes_per_second_(bytes_per_second), stop_(stop) {}

  // Waits until so many more bytes may be moved; false once stopped.
  bool Take(uint64_t bytes) {
    auto now = std::chrono::steady_clock::now();
    // What was not used is not saved up.
    if (next_ < now) next_ = now;
    auto wait = next_ - now;
    next_ += std::chrono::nanoseconds(bytes * 1'000'000'000 / bytes_per_second_);
    return stop_.Sleep(wait);
  }

 private:
  uint64_t bytes_per_second_;
  StopSignal& stop_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace penstock::store
