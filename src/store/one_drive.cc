// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "store/backing.h"
#include "store/drive.h"
#include "store/drive_files.h"
#include "store/drive_index.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// There is nothing to be done about the only drive.
class OneDriveAdmin final : public DriveAdmin {
 public:
  OneDriveAdmin(sys::FileSystem& files, std::string directory, const DriveIndex& index)
      : files_(files), directory_(std::move(directory)), index_(index) {}

  DrivesStatus Describe() override {
    DrivesStatus status;
    DriveStatus drive;
    drive.path = directory_;
    drive.state = DriveState::kInSync;
    auto space = files_.Space(directory_);
    if (space) {
      drive.total_bytes = space->total;
      drive.available_bytes = space->available;
    }
    drive.index = index_.Statistics();
    status.drives.push_back(std::move(drive));
    return status;
  }
  base::Status StartHeal() override { return Refuse(); }
  base::Status TakeOffline(int) override { return Refuse(); }
  base::Status BringOnline(int) override { return Refuse(); }

 private:
  static base::Status Refuse() {
    return Fail(Code::kFailedPrecondition, "the store has one drive, and nothing to heal it from");
  }

  sys::FileSystem& files_;
  std::string directory_;
  const DriveIndex& index_;
};

class OneDrive final : public Backing {
 public:
  OneDrive(const StoreOptions& options, sys::FileSystem& files, base::Logger& logger)
      : options_(options),
        file_system_(files),
        paths_(options.directory),
        reserve_(files, options.directory, options.reserve_bytes),
        files_(files, paths_.data, options.block_size, reserve_, logger) {}

  base::Status Open(const IndexEnvs& index_envs) {
    PENSTOCK_TRY(bool is_new, PrepareDrive(file_system_, paths_, files_));
    IndexOptions index_options;
    index_options.directory = paths_.index;
    index_options.may_create = is_new;
    index_options.cache_bytes = options_.cache_bytes;
    index_options.env = index_envs ? index_envs(options_.directory) : nullptr;
    PENSTOCK_TRY(index_, DriveIndex::Open(index_options));
    if (is_new) PENSTOCK_RETURN_IF_ERROR(StampDrive(file_system_, paths_));
    return {};
  }

  Index& index() override { return *index_; }
  DataFiles& data() override { return files_; }
  LocalDataFiles* local_data() override { return &files_; }
  SpaceReserve& reserve() override { return reserve_; }
  size_t inline_limit() const override { return options_.inline_limit; }
  std::unique_ptr<DriveAdmin> StartCare(IndexWriter&, const base::Clock&, uint64_t) override {
    return std::make_unique<OneDriveAdmin>(file_system_, options_.directory, *index_);
  }

 private:
  const StoreOptions options_;
  sys::FileSystem& file_system_;
  const DrivePaths paths_;
  SpaceReserve reserve_;
  DriveFiles files_;
  std::unique_ptr<DriveIndex> index_;
};

}  // namespace

Result<std::unique_ptr<Backing>> OpenOneDrive(const StoreOptions& options, sys::FileSystem& files,
                                              base::Logger& logger, const IndexEnvs& index_envs) {
  auto drive = std::make_unique<OneDrive>(options, files, logger);
  PENSTOCK_RETURN_IF_ERROR(drive->Open(index_envs));
  return drive;
}

}  // namespace penstock::store
