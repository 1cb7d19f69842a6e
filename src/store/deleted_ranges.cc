// SPDX-License-Identifier: Apache-2.0
#include "store/deleted_ranges.h"

#include <utility>

#include <rocksdb/options.h>
#include <rocksdb/perf_context.h>

namespace penstock::store {

using Clock = std::chrono::steady_clock;

DeletedRanges::~DeletedRanges() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

uint64_t DeletedRanges::PassedByThisThread() {
  return rocksdb::get_perf_context()->internal_delete_skipped_count;
}

void DeletedRanges::Report(std::string begin, std::string end, uint64_t passed) {
  if (passed < kMany) return;
  std::lock_guard lock(mutex_);
  if (wanted_ || Clock::now() < rests_until_) return;
  wanted_ = Range{std::move(begin), std::move(end)};
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
}

void DeletedRanges::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    lock.unlock();
    const auto began = Clock::now();
    Compact(*wanted_);  // nobody else changes it until it is taken away
    lock.lock();
    rests_until_ = Clock::now() + (Clock::now() - began);
    wanted_.reset();
  }
}

void DeletedRanges::Compact(const Range& range) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  // Files that nothing lies under are moved down as they are, deleted rows and all, unless told so.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stopping_;
  rocksdb::Slice begin(range.begin), end(range.end);
  // What fails here fails writers too, who report it and get the index going again.
  (void)database_.CompactRange(options, &begin, &end);
}

}  // namespace penstock::store
