// SPDX-License-Identifier: Apache-2.0
#include "store/orphan_sweep.h"

#include <utility>

#include "store/row_key.h"

namespace penstock::store {

OrphanSweep::OrphanSweep(IndexSnapshot snapshot, uint64_t first_new, DataFiles& data,
                         base::Logger& logger)
    : first_new_(first_new), data_(data), logger_(logger) {
  thread_ = std::thread([this, moved = std::move(snapshot)]() mutable { Run(std::move(moved)); });
}

OrphanSweep::~OrphanSweep() {
  stop_ = true;
  thread_.join();
}

void OrphanSweep::Run(IndexSnapshot snapshot) {
  uint64_t removed = 0;
  for (int shard = 0; shard < DataFiles::kShards && !stop_; ++shard) {
    auto swept = SweepShard(shard, snapshot);
    if (!swept) {
      logger_.Warning("the sweep for orphaned data files stopped; the next start tries again",
                      {{"error", swept.error().message()}});
      return;
    }
    removed += *swept;
  }
  if (!stop_) logger_.Info("swept orphaned data files", {{"removed", removed}});
}

base::Result<uint64_t> OrphanSweep::SweepShard(int shard, const IndexSnapshot& snapshot) {
  uint64_t removed = 0;
  PENSTOCK_TRY(std::vector<uint64_t> files, data_.List(shard));
  for (uint64_t file : files) {
    if (stop_) break;
    if (file >= first_new_) continue;
    PENSTOCK_TRY(bool referenced, snapshot.Contains(row_key::File(file)));
    if (!referenced) {
      PENSTOCK_TRY(referenced, snapshot.Contains(row_key::Adoption(file)));
    }
    if (referenced) continue;
    data_.Remove({file});
    ++removed;
  }
  return removed;
}

}  // namespace penstock::store
