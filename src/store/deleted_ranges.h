// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <rocksdb/db.h>

namespace penstock::store {

// Ranges of an index that its readers found full of deleted rows. A reader passes over each of
// them until RocksDB has compacted the range, which it has no hurry to do: after a million deletes
// at a bucket's front a page from there took 300 times as long, half a minute later still. So it is
// compacted then, on a thread of its own. (Files that were marked for it when they were written,
// as RocksDB offers, span many rows that nobody walks: a few hundred kilobytes of deleted ones had
// it write 800 MB anew, before all else.) Only for drive_index.cc and index.cc. Thread-safe.
class DeletedRanges {
 public:
  // Passing over that many costs about as much as a page of a listing.
  static constexpr uint64_t kMany = 4096;

  explicit DeletedRanges(rocksdb::DB& database) : database_(database) {}
  // Breaks off what is going on.
  ~DeletedRanges();

  // How many deleted rows this thread has passed over in all.
  static uint64_t PassedByThisThread();

  // A reader that passed over `passed` of them in [begin, end). What is reported while another
  // range is compacted, or for as long again after that, is forgotten: the next reader reports it
  // again, and deletes that go on do not keep the drive busy all the time.
  void Report(std::string begin, std::string end, uint64_t passed);

 private:
  struct Range {
    std::string begin, end;
  };

  void Run();
  void Compact(const Range& range);

  rocksdb::DB& database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Range> wanted_;  // until it is compacted
  std::chrono::steady_clock::time_point rests_until_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // from the first report on
};

}  // namespace penstock::store
