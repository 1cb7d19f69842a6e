// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <utility>

namespace penstock::store {

// Files that somebody found to miss a shard, or to have a damaged one, on their way to the healer's
// durable queue (rows "q"). Thread-safe.
class HealQueue {
 public:
  // Called after each Add(), to wake the healer.
  void SetWake(std::function<void()> wake) {
    std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void Add(uint64_t file) {
    std::lock_guard lock(mutex_);
    // Bounded: what does not fit is found again by the next reader or scan.
    if (files_.size() < kMax) files_.insert(file);
    if (wake_) wake_();
  }
  size_t size() const {
    std::lock_guard lock(mutex_);
    return files_.size();
  }
  std::set<uint64_t> Take() {
    std::lock_guard lock(mutex_);
    return std::exchange(files_, {});
  }

 private:
  static constexpr size_t kMax = 100'000;

  mutable std::mutex mutex_;
  std::set<uint64_t> files_;
  std::function<void()> wake_;
};

}  // namespace penstock::store
