// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/index.h"

namespace penstock::store {

// Removes data files that no row refers to, left by a crash between writing a file and committing
// it, or between committing a removal and doing it. Runs once, in the background.
//
// Only files from before this process are looked at (numbers are never used twice), and whether a
// row refers to them is asked of a snapshot from before the first write of this process. A file
// being written, or one removed while somebody reads it, can so never be taken for an orphan.
class OrphanSweep {
 public:
  // Starts. `snapshot` was taken when nothing had been written yet; files numbered `first_new` and
  // above are left alone.
  OrphanSweep(IndexSnapshot snapshot, uint64_t first_new, DataFiles& data, base::Logger& logger);
  // Stops early where it is not done; the next start goes on.
  ~OrphanSweep();

 private:
  void Run(IndexSnapshot snapshot);
  base::Result<uint64_t> SweepShard(int shard, const IndexSnapshot& snapshot);

  uint64_t first_new_;
  DataFiles& data_;
  base::Logger& logger_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace penstock::store
