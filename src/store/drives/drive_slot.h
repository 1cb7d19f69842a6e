// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "store/drive.h"
#include "store/drive_admin.h"
#include "store/drive_files.h"

namespace penstock::store {

// One of several drives: where it is, its files, and what is known of its health. Data files may be
// read and written while the drive is usable, whether or not its index is in sync. Thread-safe but
// for the path, which is set before anything else uses the slot or while it is not usable.
class DriveSlot {
 public:
  DriveSlot(int place, std::string directory, sys::FileSystem& file_system, size_t block_size,
            const SpaceReserve& reserve, base::Logger& logger)
      : position(place),
        paths(directory),
        files(file_system, paths.data, block_size, reserve, logger) {}

  const int position;
  const DrivePaths paths;  // root is empty where the drive was not given
  DriveFiles files;

  // Shards are read from it, and written to it.
  std::atomic<bool> readable{false};
  std::atomic<bool> writable{false};
  // Only the reserve is left on it, as it was when somebody looked (SpaceReserve): no new shards go
  // there.
  std::atomic<bool> full{false};
  bool takes_shards() const { return writable && !full; }
  // It may lack shards of files that were written without it (FillMark()).
  std::atomic<bool> unfilled{false};

  std::atomic<uint64_t> read_errors{0};
  std::atomic<uint64_t> write_errors{0};
  std::atomic<uint64_t> damaged_blocks{0};
  std::atomic<uint64_t> rows_resynced{0};
  std::atomic<uint64_t> shards_healed{0};

  // A drive that took long to read is asked last for a while.
  bool slow() const { return Now() < slow_until_; }
  void NoteReadTime(std::chrono::steady_clock::duration took) {
    if (took > kSlowRead) slow_until_ = Now() + kSlowFor.count();
  }

 private:
  static constexpr std::chrono::milliseconds kSlowRead{2000};
  static constexpr std::chrono::milliseconds kSlowFor{60'000};
  static int64_t Now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  std::atomic<int64_t> slow_until_{0};
};

// A file that is on a drive as long as it may lack shards: from before it becomes a member until it
// has been filled.
inline std::string FillMark(const DriveSlot& slot) { return slot.paths.root + "/FILL"; }

}  // namespace penstock::store
