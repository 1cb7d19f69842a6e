// SPDX-License-Identifier: Apache-2.0
#include "store/drives/drive_set.h"

#include <algorithm>
#include <utility>

#include "store/drive.h"
#include "store/drives/commit_journal.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxPoolThreads = 32;
constexpr size_t kMinWriteBuffer = size_t{4} << 20;
constexpr size_t kWriteBuffers = size_t{32} << 20;  // of all drives together

}  // namespace

DriveSet::DriveSet(const StoreOptions& options, sys::FileSystem& files, base::Random& random,
                   base::Logger& logger, IndexEnvs envs)
    : options_(options),
      files_(files),
      random_(random),
      logger_(logger),
      envs_(std::move(envs)),
      cache_(MakeIndexCache(options.cache_bytes)),
      reserve_(files, options.reserve_bytes) {}

Result<std::unique_ptr<DriveSet>> DriveSet::Open(const StoreOptions& options,
                                                 sys::FileSystem& files, base::Random& random,
                                                 base::Logger& logger, IndexEnvs envs) {
  std::unique_ptr<DriveSet> set(new DriveSet(options, files, random, logger, std::move(envs)));
  std::vector<FoundDrive> found;
  auto inspect = [&] {
    found.clear();
    for (const std::string& directory : options.drives.directories) {
      found.push_back(InspectDrive(files, directory));
    }
  };
  inspect();
  if (AreAllNew(found)) {
    PENSTOCK_RETURN_IF_ERROR(set->Create(found));
    inspect();
  }
  PENSTOCK_TRY(DrivePlan plan, PlanDrives(found, options.drives.parity));
  PENSTOCK_RETURN_IF_ERROR(set->Assemble(std::move(plan)));
  return set;
}

Status DriveSet::Create(const std::vector<FoundDrive>& found) {
  auto count = static_cast<int>(found.size());
  Geometry geometry{count, options_.drives.parity.value_or(DefaultParity(count))};
  PENSTOCK_RETURN_IF_ERROR(CheckGeometry(geometry));
  auto prepare = [&](const std::string& directory) -> Status {
    DriveSlot slot(0, directory, files_, options_.block_size, reserve_, logger_);
    PENSTOCK_RETURN_IF_ERROR(files_.MakeDirectories(slot.paths.data));
    PENSTOCK_RETURN_IF_ERROR(slot.files.MakeDirectories());
    PENSTOCK_RETURN_IF_ERROR(OpenReplica(slot, /*may_create=*/true));
    return files_.SyncDirectory(directory);
  };
  return CreateDrives(files_, options_.drives.directories, geometry, random_, prepare);
}

Status DriveSet::Assemble(DrivePlan plan) {
  Geometry geometry = plan.newest.geometry();
  size_t block_size = ShardedBlockSize(geometry, options_.block_size);
  std::vector<std::string> directories;
  reserve_.SetNeeded(geometry.write_quorum());
  for (const FoundDrive& drive : plan.drives) {
    directories.push_back(drive.directory);
    slots_.push_back(std::make_unique<DriveSlot>(static_cast<int>(slots_.size()), drive.directory,
                                                 files_, block_size, reserve_, logger_));
    if (!drive.directory.empty()) {
      reserve_.AddDrive(drive.directory, slots_.back()->writable, slots_.back()->full);
    }
  }
  for (const std::string& note : plan.notes) logger_.Warning(note);
  pool_ = std::make_unique<IoPool>(std::min(kMaxPoolThreads, slots_.size() * 2));
  record_ = std::make_unique<MembershipRecord>(files_, std::move(directories), plan.newest,
                                               plan.promised);
  index_ = std::make_unique<ReplicatedIndex>(*record_, options_.drives.timeout, logger_);
  data_ = std::make_unique<ShardedFiles>(geometry, slots_, block_size, *pool_, reserve_,
                                         heal_queue_, logger_);
  PENSTOCK_RETURN_IF_ERROR(AttachAll(plan));
  Status writable = index_->MakeWritable();
  if (!writable) {
    logger_.Warning("the store can be read but not written",
                    {{"error", writable.error().message()}});
  }
  return {};
}

// Opens what is in sync, the newest first, so that the others are brought to what it has.
Status DriveSet::AttachAll(const DrivePlan& plan) {
  struct Candidate {
    std::shared_ptr<Replica> replica;
    uint64_t sequence;
  };
  std::vector<Candidate> candidates;
  std::string failures;
  for (const auto& slot : slots_) {
    const FoundDrive& drive = plan.drives[static_cast<size_t>(slot->position)];
    if (drive.kind != FoundDrive::Kind::kMember) continue;
    if (!drive.stamped) {
      PENSTOCK_RETURN_IF_ERROR(StampDrive(files_, slot->paths, DriveKind::kOneOfSeveral));
    }
    slot->readable = true;
    bool known =
        plan.newest.drives[static_cast<size_t>(slot->position)].id == drive.label.drive_id();
    if (!known || (plan.newest.in_sync & MaskOf(slot->position)) == 0) continue;
    auto replica = OpenReplica(*slot, /*may_create=*/false);
    Result<CommitJournal> journal = CommitJournal{};
    if (replica) journal = ReadJournal(*(*replica)->index);
    if (!replica || !journal) {
      const base::Error& error = replica ? journal.error() : replica.error();
      // Nothing else may use the drives while we do.
      if (error.code() == Code::kFailedPrecondition) return Fail(error);
      failures += "; " + error.message();
      logger_.Warning("a drive's index cannot be used",
                      {{"drive", slot->position}, {"error", error.message()}});
      continue;
    }
    candidates.push_back({std::move(*replica), journal->sequence});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.sequence > b.sequence; });
  for (Candidate& candidate : candidates) {
    int position = candidate.replica->position;
    auto attached = index_->Attach(std::move(candidate.replica));
    if (attached && *attached) {
      slot(position).writable = true;
      continue;
    }
    std::string why = attached ? "it is behind the others" : attached.error().message();
    logger_.Warning("a drive is not in sync", {{"drive", position}, {"error", why}});
    failures += "; drive " + std::to_string(position) + ": " + why;
  }
  if (index_->live() != 0) return {};
  return Fail(Code::kUnavailable, "none of the drives that are in sync could be opened" + failures);
}

IndexOptions DriveSet::IndexOptionsOf(const DrivePaths& paths, bool may_create) const {
  IndexOptions options;
  options.directory = paths.index;
  options.may_create = may_create;
  options.env = envs_ ? envs_(paths.root) : nullptr;
  options.cache = cache_;
  options.write_buffer_bytes =
      std::max(kMinWriteBuffer, kWriteBuffers / std::max<size_t>(1, slots_.size()));
  return options;
}

Result<std::shared_ptr<Replica>> DriveSet::OpenReplica(const DriveSlot& slot, bool may_create) {
  PENSTOCK_TRY(auto index, DriveIndex::Open(IndexOptionsOf(slot.paths, may_create)));
  auto replica = std::make_shared<Replica>();
  replica->position = slot.position;
  replica->index = std::move(index);
  return replica;
}

Status DriveSet::DestroyReplica(const DriveSlot& slot) {
  return DriveIndex::Destroy(IndexOptionsOf(slot.paths, false));
}

Status DriveSet::MakeNewcomer(DriveSlot& slot, const Membership::Drive& drive) {
  PENSTOCK_RETURN_IF_ERROR(files_.MakeDirectories(slot.paths.data));
  PENSTOCK_RETURN_IF_ERROR(slot.files.MakeDirectories());
  // The label comes first, so that a crash leaves something that is known to be unfinished.
  PENSTOCK_RETURN_IF_ERROR(record_->LabelNewcomer(slot.position, drive));
  return StampDrive(files_, slot.paths, DriveKind::kOneOfSeveral);
}

}  // namespace penstock::store
