// SPDX-License-Identifier: Apache-2.0
#include "store/check_drives.h"

#include <algorithm>
#include <utility>

#include "store/drive.h"
#include "store/drives/commit_journal.h"
#include "store/drives/find_drives.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxStampBytes = 256;

}  // namespace

CheckDrives::CheckDrives(const StoreOptions& options, sys::FileSystem& files, base::Logger& logger,
                         bool repair, CheckReport& report)
    : options_(options),
      files_(files),
      logger_(logger),
      repair_(repair),
      report_(report),
      reserve_(files, options.reserve_bytes),
      cache_(MakeIndexCache(options.cache_bytes)) {}

Status CheckDrives::Open() {
  return options_.drives.directories.empty() ? OpenOne() : OpenSeveral();
}

std::string CheckDrives::NameOf(int position) const {
  const std::string& path = slots_[static_cast<size_t>(position)]->paths.root;
  if (data_ == nullptr) return path;
  return "drive " + std::to_string(position) + (path.empty() ? "" : " at " + path);
}

Status CheckDrives::OpenIndex(int position) {
  IndexOptions options;
  options.directory = slots_[static_cast<size_t>(position)]->paths.index;
  options.cache = cache_;
  options.read_only = !repair_;
  PENSTOCK_TRY(auto index, DriveIndex::Open(options));
  replicas_.push_back({position, std::move(index)});
  return {};
}

Status CheckDrives::OpenOne() {
  DrivePaths paths(options_.directory);
  PENSTOCK_TRY(std::string text, sys::ReadFile(files_, paths.format, kMaxStampBytes));
  PENSTOCK_RETURN_IF_ERROR(CheckStamp(paths.format, text));
  slots_.push_back(std::make_unique<DriveSlot>(0, options_.directory, files_, options_.block_size,
                                               reserve_, logger_));
  slots_[0]->readable = true;
  return OpenIndex(0);
}

Status CheckDrives::OpenSeveral() {
  std::vector<FoundDrive> found;
  for (const std::string& directory : options_.drives.directories) {
    found.push_back(InspectDrive(files_, directory));
  }
  PENSTOCK_TRY(DrivePlan plan, PlanDrives(found, options_.drives.parity));
  Geometry geometry = plan.newest.geometry();
  size_t block_size = ShardedBlockSize(geometry, options_.block_size);
  for (const FoundDrive& drive : plan.drives) {
    slots_.push_back(std::make_unique<DriveSlot>(static_cast<int>(slots_.size()), drive.directory,
                                                 files_, block_size, reserve_, logger_));
  }
  data_ = std::make_unique<ShardedFiles>(geometry, slots_, block_size, pool_, reserve_, queue_,
                                         logger_);
  for (const auto& slot : slots_) {
    const FoundDrive& drive = plan.drives[static_cast<size_t>(slot->position)];
    bool listed = (plan.newest.in_sync & MaskOf(slot->position)) != 0;
    bool member = drive.kind == FoundDrive::Kind::kMember;
    bool known = member && plan.newest.drives[static_cast<size_t>(slot->position)].id ==
                               drive.label.drive_id();
    slot->readable = member;
    std::string trouble = drive.problem;
    if (listed && known) {
      Status opened = OpenIndex(slot->position);
      if (opened) {
        slot->writable = repair_;
        continue;
      }
      if (opened.error().code() == Code::kFailedPrecondition) return opened;
      trouble = opened.error().message();
    } else if (member) {
      trouble = "it is behind the others; a running server brings it up to date";
    } else if (trouble.empty()) {
      trouble = "it has nothing of the store yet; a running server fills it";
    }
    complete_ = complete_ && !listed;
    report_.Add({FindingLevel::kDamage, member ? "stale-drive" : "missing-drive",
                 NameOf(slot->position), trouble, false});
  }
  if (replicas_.empty()) return Fail(Code::kUnavailable, "no drive that is in sync can be read");
  return Settle();
}

// A crash leaves drives one commit apart, which the next start settles, and a repair here.
Status CheckDrives::Settle() {
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t i = 0; i < replicas_.size(); ++i) {
    auto journal = ReadJournal(*replicas_[i].index);
    order.emplace_back(journal ? journal->sequence : 0, i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Replica> sorted;
  for (auto [sequence, i] : order) {
    if (sequence != order[0].first) {
      bool settled = false;
      if (repair_ && sequence + 1 == order[0].first) {
        PENSTOCK_TRY(settled, CatchUp(*sorted[0].index, *replicas_[i].index));
      }
      report_.Add({FindingLevel::kNote, "unsettled-commit", NameOf(replicas_[i].position),
                   "the last commit before a crash is not on it yet", settled});
      if (!settled) {
        complete_ = false;
        continue;  // what it has is older on purpose
      }
    }
    sorted.push_back(std::move(replicas_[i]));
  }
  replicas_ = std::move(sorted);
  return {};
}

}  // namespace penstock::store
