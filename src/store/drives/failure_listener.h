// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "base/error.h"

namespace penstock::store {

// Who is told that a drive failed. The parts that tell outlive the one that listens, and tell from
// any thread: after Set(nullptr) nobody is being told any more. Thread-safe.
class FailureListener {
 public:
  // Must be quick and not call back.
  using Report = std::function<void(int position, const base::Error& error)>;

  void Set(Report report) {
    std::lock_guard lock(mutex_);
    report_ = std::move(report);
  }

  void Tell(int position, const base::Error& error) const {
    std::lock_guard lock(mutex_);
    if (report_) report_(position, error);
  }

 private:
  mutable std::mutex mutex_;
  Report report_;
};

}  // namespace penstock::store
