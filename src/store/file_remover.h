// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "store/data_files.h"

namespace penstock::store {

// Data files that no row names any more.
struct DoomedFiles {
  std::vector<uint64_t> ids;
  uint64_t bytes = 0;  // of all of them

  void Add(uint64_t id, uint64_t size) {
    ids.push_back(id);
    bytes += size;
  }
};

// Removes files: small ones at once, large ones in the background, since freeing 64 MiB takes a
// drive some twenty milliseconds that no client need wait for. A file that still waits when the
// process ends is an orphan, which the next start sweeps. Thread-safe.
class FileRemover {
 public:
  static constexpr uint64_t kLeastBytes = uint64_t{1} << 20;  // of what goes in the background
  static constexpr size_t kMostWaiting = 16 << 10;            // files; more are removed at once

  explicit FileRemover(DataFiles& data);
  // Works on for two seconds at most.
  ~FileRemover();

  void Remove(const DoomedFiles& files);
  // For those who need room: removes a file that waits, or waits for one that is being removed.
  // False where there is none.
  bool RemoveOne();

 private:
  void Run();
  // Removes the first that waits; the lock is let go of meanwhile.
  void RemoveFirst(std::unique_lock<std::mutex>& lock);

  DataFiles& data_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<uint64_t> waiting_;
  size_t being_removed_ = 0;
  uint64_t removed_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::store
