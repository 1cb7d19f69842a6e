// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/backing.h"
#include "store/drive_admin.h"
#include "store/drive_index.h"
#include "store/drives/drive_slot.h"
#include "store/drives/find_drives.h"
#include "store/drives/heal_queue.h"
#include "store/drives/io_pool.h"
#include "store/drives/membership_record.h"
#include "store/drives/replicated_index.h"
#include "store/drives/sharded_files.h"
#include "store/index_writer.h"
#include "store/numbers.h"
#include "store/object_store.h"
#include "store/space_reserve.h"

namespace penstock::store {

// Several drives, put together: a replicated index, files cut into shards, and what is needed to
// open, make and lose a drive. Thread-safe once open.
class DriveSet {
 public:
  // Opens the drives in sync, brings them to the same commit, and leaves the others to be brought
  // up to date (DriveKeeper). Makes a new store where all directories are new. Where drives are
  // missing it opens with the rest, for reading alone if these are too few to write.
  static base::Result<std::unique_ptr<DriveSet>> Open(const StoreOptions& options,
                                                      sys::FileSystem& files, base::Random& random,
                                                      base::Logger& logger, IndexEnvs envs);

  ReplicatedIndex& index() { return *index_; }
  ShardedFiles& data() { return *data_; }
  SpaceReserve& reserve() { return reserve_; }
  MembershipRecord& record() { return *record_; }
  HealQueue& heal_queue() { return heal_queue_; }
  DriveSlots& slots() { return slots_; }
  DriveSlot& slot(int position) { return *slots_[static_cast<size_t>(position)]; }
  sys::FileSystem& files() { return files_; }
  base::Random& random() { return random_; }
  base::Logger& logger() { return logger_; }
  const StoreOptions& options() const { return options_; }

  base::Result<std::shared_ptr<Replica>> OpenReplica(const DriveSlot& slot, bool may_create);
  base::Status DestroyReplica(const DriveSlot& slot);
  // Directories, an empty index, a label and a stamp for an empty directory.
  base::Status MakeNewcomer(DriveSlot& slot, const Membership::Drive& drive);

 private:
  DriveSet(const StoreOptions& options, sys::FileSystem& files, base::Random& random,
           base::Logger& logger, IndexEnvs envs);

  base::Status Create(const std::vector<FoundDrive>& found);
  base::Status Assemble(DrivePlan plan);
  base::Status AttachAll(const DrivePlan& plan);
  IndexOptions IndexOptionsOf(const DrivePaths& paths, bool may_create) const;

  const StoreOptions options_;
  sys::FileSystem& files_;
  base::Random& random_;
  base::Logger& logger_;
  IndexEnvs envs_;
  IndexCache cache_;
  SpaceReserve reserve_;
  HealQueue heal_queue_;
  DriveSlots slots_;
  std::unique_ptr<IoPool> pool_;
  std::unique_ptr<MembershipRecord> record_;
  std::unique_ptr<ReplicatedIndex> index_;
  std::unique_ptr<ShardedFiles> data_;
};

}  // namespace penstock::store
