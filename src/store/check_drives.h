// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/drive_index.h"
#include "store/drives/drive_set.h"
#include "store/drives/file_healer.h"
#include "store/store_check.h"

namespace penstock::store {

// The drives of a store that is not open, for a check: one, or several that are in sync.
class CheckDrives {
 public:
  CheckDrives(const StoreOptions& options, sys::FileSystem& files, base::Logger& logger,
              bool repair, CheckReport& report);

  // Reports drives that are missing, stale or wrong.
  base::Status Open();

  struct Replica {
    int position;
    std::unique_ptr<DriveIndex> index;
  };
  std::vector<Replica>& replicas() { return replicas_; }  // the newest first
  DriveSlots& slots() { return slots_; }
  bool several() const { return data_ != nullptr; }
  ShardedFiles& data() { return *data_; }
  // Every drive that is recorded as being in sync is here, so that rows may be changed.
  bool complete() const { return complete_; }
  std::string NameOf(int position) const;

 private:
  base::Status OpenOne();
  base::Status OpenSeveral();
  base::Status OpenIndex(int position);
  base::Status Settle();

  const StoreOptions options_;
  sys::FileSystem& files_;
  base::Logger& logger_;
  const bool repair_;
  CheckReport& report_;
  bool complete_ = true;
  SpaceReserve reserve_;
  IndexCache cache_;
  HealQueue queue_;
  IoPool pool_{1};
  DriveSlots slots_;
  std::vector<Replica> replicas_;
  std::unique_ptr<ShardedFiles> data_;
};

}  // namespace penstock::store
