// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "store/backing.h"
#include "store/drives/drive_keeper.h"
#include "store/drives/drive_set.h"

namespace penstock::store {
namespace {

class SeveralDrives final : public Backing {
 public:
  SeveralDrives(std::unique_ptr<DriveSet> drives, size_t inline_limit)
      : drives_(std::move(drives)), inline_limit_(inline_limit) {}

  Index& index() override { return drives_->index(); }
  DataFiles& data() override { return drives_->data(); }
  SpaceReserve& reserve() override { return drives_->reserve(); }
  size_t inline_limit() const override { return inline_limit_; }
  std::unique_ptr<DriveAdmin> StartCare(IndexWriter& writer, const base::Clock& clock,
                                        uint64_t first_new_file) override {
    return std::make_unique<DriveKeeper>(*drives_, writer, clock, first_new_file);
  }

 private:
  std::unique_ptr<DriveSet> drives_;
  size_t inline_limit_;
};

}  // namespace

base::Result<std::unique_ptr<Backing>> OpenSeveralDrives(const StoreOptions& options,
                                                         sys::FileSystem& files,
                                                         base::Random& random, base::Logger& logger,
                                                         const IndexEnvs& index_envs) {
  PENSTOCK_TRY(auto drives, DriveSet::Open(options, files, random, logger, index_envs));
  // In the index an object is on every drive whole, which saves its own files and their syncs. As
  // many bytes as two drives would have are worth that (docs/decisions/0003-several-drives.md).
  size_t inline_limit = options.inline_limit * 2 / drives->slots().size();
  return std::make_unique<SeveralDrives>(std::move(drives), inline_limit);
}

}  // namespace penstock::store
