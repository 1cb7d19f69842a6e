// SPDX-License-Identifier: Apache-2.0
#include "store/drives/membership_record.h"

#include <utility>

namespace penstock::store {
namespace {

constexpr size_t kMaxLabelBytes = 4096;

}  // namespace

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

std::string MembersPath(const std::string& drive_directory) { return drive_directory + "/MEMBERS"; }

Result<DriveLabel> ReadLabel(sys::FileSystem& files, const std::string& drive_directory) {
  std::string path = MembersPath(drive_directory);
  PENSTOCK_TRY(std::string text, sys::ReadFile(files, path, kMaxLabelBytes));
  auto label = DriveLabel::Decode(text);
  if (!label) return Fail(std::move(label).error().Wrap(path));
  return label;
}

Status WriteLabel(sys::FileSystem& files, const std::string& drive_directory,
                  const DriveLabel& label) {
  return sys::WriteFileAtomically(files, MembersPath(drive_directory), label.Encode());
}

MembershipRecord::MembershipRecord(sys::FileSystem& files, std::vector<std::string> directories,
                                   Membership newest, uint64_t promised)
    : files_(files),
      geometry_(newest.geometry()),
      directories_(std::move(directories)),
      current_(std::move(newest)),
      greatest_promise_(promised) {}

Membership MembershipRecord::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

bool MembershipRecord::promised() const {
  std::lock_guard lock(mutex_);
  return generation_ != 0;
}

DriveMask MembershipRecord::Write(DriveMask drives, const Membership& members) {
  DriveMask failed = 0;
  for (int position = 0; position < geometry_.drives; ++position) {
    if ((drives & MaskOf(position)) == 0) continue;
    DriveLabel label{position, greatest_promise_, members};
    Status written = Replace(directories_[static_cast<size_t>(position)], label);
    if (written) continue;
    failed |= MaskOf(position);
    last_failure_ = written.error().message();
  }
  return failed;
}

Status MembershipRecord::Replace(const std::string& directory, const DriveLabel& label) {
  PENSTOCK_TRY(DriveLabel old, ReadLabel(files_, directory));
  if (old.members.set_id != label.members.set_id || old.drive_id() != label.drive_id()) {
    return Fail(Code::kFailedPrecondition, "another drive is at " + directory);
  }
  return WriteLabel(files_, directory, label);
}

Result<DriveMask> MembershipRecord::Promise(DriveMask drives) {
  std::lock_guard lock(mutex_);
  ++greatest_promise_;
  DriveMask kept = drives & ~Write(drives, current_);
  if (CountDrives(kept) < geometry_.write_quorum()) return Fail(TooFewHere(kept));
  generation_ = greatest_promise_;
  return kept;
}

Result<DriveMask> MembershipRecord::Record(DriveMask in_sync) {
  std::lock_guard lock(mutex_);
  while (generation_ != 0 && CountDrives(in_sync) >= geometry_.write_quorum()) {
    Membership next = current_;
    next.in_sync = in_sync;
    next.epoch.change = next.epoch.generation == generation_ ? next.epoch.change + 1 : 1;
    next.epoch.generation = generation_;
    DriveMask failed = Write(in_sync & current_.in_sync, next);
    if (failed == 0) failed = Write(in_sync & ~current_.in_sync, next);
    current_.epoch = next.epoch;  // whatever comes next is later than what some drives were told
    if (failed == 0) {
      current_ = std::move(next);
      return in_sync;
    }
    in_sync &= ~failed;
  }
  return Fail(TooFewHere(in_sync));
}

base::Error MembershipRecord::TooFew(DriveMask left) const {
  std::lock_guard lock(mutex_);
  return TooFewHere(left);
}

base::Error MembershipRecord::TooFewHere(DriveMask left) const {
  std::string message = std::to_string(CountDrives(left)) + " of " +
                        std::to_string(geometry_.drives) + " drives are in sync; writing needs " +
                        std::to_string(geometry_.write_quorum());
  if (!last_failure_.empty()) message += " (last failure: " + last_failure_ + ")";
  return base::Error(Code::kUnavailable, std::move(message));
}

void MembershipRecord::SetDrive(int position, Membership::Drive drive) {
  std::lock_guard lock(mutex_);
  current_.drives[static_cast<size_t>(position)] = std::move(drive);
}

Status MembershipRecord::LabelNewcomer(int position, const Membership::Drive& drive) {
  std::lock_guard lock(mutex_);
  DriveLabel label{position, 0, current_};
  label.members.epoch = {};
  label.members.in_sync = 0;
  label.members.drives[static_cast<size_t>(position)] = drive;
  return WriteLabel(files_, directories_[static_cast<size_t>(position)], label);
}

void MembershipRecord::SetDirectory(int position, std::string directory) {
  std::lock_guard lock(mutex_);
  directories_[static_cast<size_t>(position)] = std::move(directory);
}

}  // namespace penstock::store
