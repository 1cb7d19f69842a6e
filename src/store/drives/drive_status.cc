// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "store/drive_admin.h"
#include "store/drives/drive_keeper.h"

namespace penstock::store {

using base::Code;
using base::Error;
using base::Fail;

std::string_view DriveStateName(DriveState state) {
  switch (state) {
    case DriveState::kInSync:
      return "in-sync";
    case DriveState::kResyncing:
      return "resyncing";
    case DriveState::kOffline:
      return "offline";
    case DriveState::kTakenOff:
      return "taken-off";
    case DriveState::kWrongDrive:
      return "wrong-drive";
  }
  return "";
}

DrivesStatus DriveKeeper::Describe() {
  DrivesStatus status;
  Membership members = drives_.record().Current();
  status.parity = members.parity;
  status.write_quorum = members.geometry().write_quorum();
  status.writable = drives_.index().writable();
  status.heal = healer_->Describe();
  for (const auto& slot : drives_.slots()) {
    DriveStatus drive;
    drive.position = slot->position;
    drive.path = slot->paths.root;
    drive.id = members.drives[static_cast<size_t>(slot->position)].id;
    {
      std::lock_guard lock(mutex_);
      const Health& health = health_[static_cast<size_t>(slot->position)];
      drive.state = health.state;
      drive.detail = health.detail;
      if (drive.state == DriveState::kInSync && !IsLive(slot->position)) {
        drive.state = DriveState::kOffline;
        drive.detail = "it failed just now";
      }
    }
    if (slot->full && drive.detail.empty()) drive.detail = "full: new shards go to the others";
    if (slot->readable) {
      auto space = drives_.files().Space(slot->paths.root);
      if (space) {
        drive.total_bytes = space->total;
        drive.available_bytes = space->available;
      }
    }
    drive.read_errors = slot->read_errors;
    drive.write_errors = slot->write_errors;
    drive.damaged_blocks = slot->damaged_blocks;
    drive.rows_resynced = slot->rows_resynced;
    drive.shards_healed = slot->shards_healed;
    if (auto replica = drives_.index().LiveReplica(slot->position)) {
      drive.index = replica->index->Statistics();
    }
    auto filling = healer_->FillProgress(slot->position);
    drive.filling = filling.has_value();
    drive.fill_progress = filling.value_or(0);
    status.drives.push_back(std::move(drive));
  }
  return status;
}

base::Status DriveKeeper::StartHeal() {
  {
    std::lock_guard lock(mutex_);
    for (Health& health : health_) {
      health.next_try = {};
      health.pause = {};
    }
  }
  watch_signal_.Wake();
  mend_signal_.Wake();
  healer_->StartScan();
  return {};
}

base::Status DriveKeeper::TakeOffline(int position) {
  Geometry geometry = drives_.record().geometry();
  if (position < 0 || position >= geometry.drives) {
    return Fail(Code::kInvalidArgument, "there is no drive " + std::to_string(position));
  }
  if (IsLive(position) && CountDrives(drives_.index().live()) <= geometry.write_quorum()) {
    return Fail(Code::kFailedPrecondition, "without drive " + std::to_string(position) +
                                               " too few would be in sync: writing needs " +
                                               std::to_string(geometry.write_quorum()));
  }
  DriveSlot& slot = drives_.slot(position);
  {
    std::lock_guard lock(mutex_);
    Health& health = health_[static_cast<size_t>(position)];
    health.state = DriveState::kTakenOff;
    health.detail = "taken offline";
    slot.writable = false;
    slot.readable = false;
  }
  drives_.index().Evict(position, Error(Code::kCancelled, "taken offline"));
  return {};
}

base::Status DriveKeeper::BringOnline(int position) {
  if (position < 0 || position >= drives_.record().geometry().drives) {
    return Fail(Code::kInvalidArgument, "there is no drive " + std::to_string(position));
  }
  {
    std::lock_guard lock(mutex_);
    Health& health = health_[static_cast<size_t>(position)];
    health.next_try = {};
    health.pause = {};
    if (health.state == DriveState::kTakenOff) health.state = DriveState::kOffline;
  }
  mend_signal_.Wake();
  return {};
}

}  // namespace penstock::store
