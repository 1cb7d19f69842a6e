// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/drive_admin.h"
#include "store/drives/drive_set.h"
#include "store/drives/healer.h"
#include "store/drives/rate_limit.h"

namespace penstock::store {

// Looks after the drives of an open store: leaves out those that fail, and takes in those that come
// back or that were put in the place of a lost one. One thread watches drives in sync, another
// brings the others up to date, which can take long. Thread-safe.
class DriveKeeper final : public DriveAdmin {
 public:
  // All must outlive this object.
  DriveKeeper(DriveSet& drives, IndexWriter& writer, const base::Clock& clock,
              uint64_t first_new_file);
  ~DriveKeeper() override;

  DrivesStatus Describe() override;
  base::Status StartHeal() override;
  base::Status TakeOffline(int position) override;
  base::Status BringOnline(int position) override;

 private:
  struct Health {
    DriveState state = DriveState::kOffline;
    std::string detail;
    bool new_index = false;  // what the drive has of one cannot be read
    std::chrono::steady_clock::time_point next_try{};
    std::chrono::steady_clock::duration pause{};
  };

  void OnFailure(int position, const base::Error& error);
  void Watch();
  void WatchRoom();
  void Mend();
  std::chrono::steady_clock::duration UntilNextTry(std::chrono::steady_clock::time_point looked);

  bool IsLive(int position) const;
  base::Status Probe(DriveSlot& slot);
  void CheckLive(DriveSlot& slot, bool alarmed);
  void Lose(DriveSlot& slot, const base::Error& why);
  void MarkLost(DriveSlot& slot, const base::Error& why);
  void TryReturn(DriveSlot& slot);
  base::Status Return(DriveSlot& slot);
  base::Status ReturnMember(DriveSlot& slot, const DriveLabel& label);
  base::Result<std::shared_ptr<Replica>> OpenMember(DriveSlot& slot, const DriveLabel& label,
                                                    bool known);
  base::Status TakeNewcomer(DriveSlot& slot);
  base::Status Join(DriveSlot& slot, std::shared_ptr<Replica> replica);
  void SetInSync(DriveSlot& slot);

  DriveSet& drives_;
  const base::Clock& clock_;
  std::optional<Healer> healer_;
  StopSignal watch_signal_;
  StopSignal mend_signal_;
  std::atomic<bool> stopping_{false};
  std::atomic<DriveMask> alarms_{0};

  std::mutex mutex_;
  std::vector<Health> health_;  // by position
  std::thread watcher_;
  std::thread mender_;
};

}  // namespace penstock::store
