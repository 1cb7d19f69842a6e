// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace penstock::metadata {

// A row that a committed transaction has written or removed.
struct RowChange {
  enum class Table { kRun, kTask };
  Table table;
  int64_t row;  // as RunTable::GetByRow and TaskTable::GetByRow take it
};

// The latest changes of runs and tasks, for those who follow along. Bounded: who falls too far
// behind is told so and looks at everything anew. Kept in memory only. Thread-safe.
class ChangeFeed {
 public:
  static constexpr size_t kMaxKept = 20'000;

  struct Batch {
    std::vector<RowChange> changes;  // each row once, in the order of its last change
    uint64_t position = 0;           // to ask for what comes next
    bool missed = false;             // some that came before these are gone
    bool closed = false;
  };

  // What is asked for to hear only of what comes from now on.
  uint64_t Position() const;
  // Changes behind the position, waiting up to `most` for one.
  Batch Wait(uint64_t position, std::chrono::milliseconds most);
  void Publish(const std::vector<RowChange>& changes);
  // Ends all waiting, for good.
  void Close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RowChange> kept_;
  uint64_t position_ = 0;  // behind the last one
  bool closed_ = false;
};

}  // namespace penstock::metadata
