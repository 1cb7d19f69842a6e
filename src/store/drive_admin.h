// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace penstock::store {

enum class DriveState {
  kInSync,      // has all that was acknowledged; reads and writes use it
  kResyncing,   // its index is being brought up to date
  kOffline,     // lost, failing, or not given to this process; tried again from time to time
  kTakenOff,    // taken offline on purpose, until BringOnline() or the next start
  kWrongDrive,  // what is in its place cannot be used; `detail` says why
};
std::string_view DriveStateName(DriveState state);  // "in-sync", "resyncing", …

// What the rows of one drive take, as its index tells.
struct IndexStatistics {
  uint64_t rows = 0;  // about
  uint64_t file_bytes = 0;
  uint64_t memory_bytes = 0;  // of rows that are not in files yet
  uint64_t cache_bytes = 0;   // shared by the drives of a store
  uint64_t pending_compaction_bytes = 0;
  uint64_t running_compactions = 0;
  bool writes_stopped = false;  // until compactions have caught up
};

struct DriveStatus {
  int position = 0;  // 0 to one less than the number of drives; the store's, not the command line's
  std::string path;  // empty where the drive was not given
  std::string id;    // 32 hex digits; empty for the drive of a store that has only one
  DriveState state = DriveState::kOffline;
  std::string detail;  // why it is not in sync; empty where it is
  uint64_t total_bytes = 0;
  uint64_t available_bytes = 0;
  // Since the process started.
  uint64_t read_errors = 0;
  uint64_t write_errors = 0;
  uint64_t damaged_blocks = 0;  // that did not match their checksum
  uint64_t rows_resynced = 0;
  uint64_t shards_healed = 0;
  // Whether shards that it missed are still being put back, and how far that has come (0 to 1).
  bool filling = false;
  double fill_progress = 0;
  std::optional<IndexStatistics> index;  // of a drive in sync
};

struct HealStatus {
  bool running = false;        // a scan of everything is on its way
  double progress = 0;         // of it, 0 to 1
  uint64_t files_queued = 0;   // known to miss something
  uint64_t files_checked = 0;  // since the process started, as the next three
  uint64_t shards_healed = 0;
  uint64_t bytes_healed = 0;
  uint64_t files_beyond_repair = 0;  // too few good shards with the drives that are there
  uint64_t scans_finished = 0;
  std::optional<base::Time> last_scan_finished;
};

struct DrivesStatus {
  int parity = 0;        // drives that may be lost; 0 for a store of one drive
  int write_quorum = 1;  // drives in sync that writing needs
  bool writable = true;
  std::vector<DriveStatus> drives;  // by position
  HealStatus heal;
};

// The drives of a store, for those who run it. Thread-safe.
class DriveAdmin {
 public:
  virtual ~DriveAdmin() = default;
  virtual DrivesStatus Describe() = 0;
  // Looks after the drives and checks every block of every file now, in the background; where that
  // is on its way, it begins again. kFailedPrecondition for a store of one drive.
  virtual base::Status StartHeal() = 0;
  // Stops using a drive, so that it can be pulled out. kFailedPrecondition where too few would be
  // left to write.
  virtual base::Status TakeOffline(int position) = 0;
  // Uses it again, once it has been brought up to date in the background.
  virtual base::Status BringOnline(int position) = 0;
};

}  // namespace penstock::store
