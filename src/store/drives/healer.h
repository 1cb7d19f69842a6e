// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/drive_admin.h"
#include "store/drives/drive_set.h"
#include "store/drives/file_healer.h"
#include "store/drives/rate_limit.h"

namespace penstock::store {

// Puts back shards in the background: those that writers missed or readers found damaged, all that
// a drive lacks that came back or is new, and, slowly, whatever a scan of everything finds. What is
// to be done is in the index, so that a restart goes on with it. Thread-safe.
class Healer {
 public:
  // All must outlive this object.
  Healer(DriveSet& drives, IndexWriter& writer, const base::Clock& clock, uint64_t first_new_file);
  ~Healer();

  // Says durably, on the drive, that it may lack shards of any file. It is filled, from the
  // beginning, once it is writable.
  base::Status MarkUnfilled(DriveSlot& slot);
  // A scan of everything, now, and not slowed down.
  void StartScan();
  // A drive takes shards that did not: looks at once for what waits for one.
  void DriveIsBack() {
    queue_grew_ = true;
    stop_.Wake();
  }

  HealStatus Describe();
  // How far the filling of a drive is; none where that is not going on.
  std::optional<double> FillProgress(int position);

 private:
  static constexpr auto kNever = std::chrono::steady_clock::time_point::max();
  using Visit = std::function<base::Result<bool>(uint64_t file, const FileRecord& record)>;

  void Run();
  bool HasWork();
  void Pass();
  void SaveFound();
  void HealQueued();
  void Fill(DriveSlot& slot);
  bool BeginFill(DriveSlot& slot, const std::string& row, uint64_t& marks);
  bool HasBegun(DriveSlot& slot, const std::string& row);
  void EndFill(DriveSlot& slot, const std::string& row, uint64_t marks);
  DriveMask Takers() const;
  base::Status SweepOrphans(DriveSlot& slot);
  void Scan();
  bool ScanIsDue();
  base::Time LastScan();
  void EndScan(bool done);

  // Visits the rows of files from the one where a former walk stopped, and remembers how far it
  // got. True once all were visited. Ends early when stopped, when `visit` says false, and where
  // asked to when there is something else to do.
  bool Walk(const std::string& progress_row, bool until_woken, const Visit& visit);
  base::Status SaveProgress(const std::string& row, uint64_t next_file);
  base::Result<HealOutcome> Heal(uint64_t file);
  void Count(const HealOutcome& outcome);

  DriveSet& drives_;
  IndexWriter& writer_;
  const base::Clock& clock_;
  const uint64_t first_new_file_;
  StopSignal stop_;
  RateLimit scan_limit_;
  bool slow_ = false;         // what is done now is paced; of the thread alone
  bool urgent_scan_ = false;  // of the thread alone
  FileHealer healer_;

  std::mutex mutex_;
  HealStatus status_;
  std::vector<std::optional<double>> fills_;  // by position
  bool scan_asked_ = false;
  DriveMask seen_takers_ = 0;  // when the queue was last gone through; of the thread alone
  std::chrono::steady_clock::time_point retry_at_ = kNever;  // the queue; of the thread alone
  std::atomic<bool> queue_grew_{true};

  // Held while fill marks change. How often each drive got one: a walk that began before the last
  // of them does not count.
  std::mutex mark_mutex_;
  std::vector<uint64_t> marks_;
  std::thread thread_;
};

}  // namespace penstock::store
