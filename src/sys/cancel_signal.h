// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "sys/unique_fd.h"

namespace penstock::sys {

// Tells waiting threads to stop, once and for good. Thread-safe.
class CancelSignal {
 public:
  CancelSignal();
  void Cancel();
  bool IsCancelled() const { return cancelled_.load(); }
  // Becomes readable, and stays so, when cancelled: for poll(2). -1 where the system is out of
  // descriptors; IsCancelled() works all the same.
  int fd() const { return event_.get(); }

 private:
  std::atomic<bool> cancelled_{false};
  UniqueFd event_;
};

}  // namespace penstock::sys
