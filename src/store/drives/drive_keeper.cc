// SPDX-License-Identifier: Apache-2.0
#include "store/drives/drive_keeper.h"

#include <algorithm>
#include <utility>

namespace penstock::store {
namespace {

using base::Code;
using base::Error;
using base::Fail;
using base::Result;
using base::Status;
using std::chrono::steady_clock;

constexpr std::chrono::minutes kLongestPause{5};
// How soon to look again whether the last reader of a lost drive's index has let go of it.
constexpr std::chrono::milliseconds kReaderPause{200};

// What is in the place of a drive cannot be it.
constexpr std::string_view kWrong = "wrong_drive";

}  // namespace

DriveKeeper::DriveKeeper(DriveSet& drives, IndexWriter& writer, const base::Clock& clock,
                         uint64_t first_new_file)
    : drives_(drives), clock_(clock), health_(drives.slots().size()) {
  for (const auto& slot : drives_.slots()) {
    Health& health = health_[static_cast<size_t>(slot->position)];
    if (IsLive(slot->position)) health.state = DriveState::kInSync;
    if (slot->paths.root.empty()) health.detail = "not given to this process";
    slot->unfilled = slot->readable && drives_.files().Exists(FillMark(*slot));
  }
  healer_.emplace(drives_, writer, clock, first_new_file);
  auto report = [this](int position, const Error& error) { OnFailure(position, error); };
  drives_.index().SetFailureReport(report);
  drives_.data().SetFailureReport(report);
  watcher_ = std::thread([this] { Watch(); });
  mender_ = std::thread([this] { Mend(); });
}

DriveKeeper::~DriveKeeper() {
  stopping_ = true;
  watch_signal_.Stop();
  mend_signal_.Stop();
  watcher_.join();
  mender_.join();
  drives_.index().SetFailureReport(nullptr);
  drives_.data().SetFailureReport(nullptr);
}

bool DriveKeeper::IsLive(int position) const {
  return (drives_.index().live() & MaskOf(position)) != 0;
}

void DriveKeeper::OnFailure(int position, const Error&) {
  alarms_ |= MaskOf(position);
  watch_signal_.Wake();
}

void DriveKeeper::Watch() {
  while (!watch_signal_.stopped()) {
    DriveMask alarms = alarms_.exchange(0);
    for (const auto& slot : drives_.slots()) {
      CheckLive(*slot, (alarms & MaskOf(slot->position)) != 0);
    }
    WatchRoom();
    watch_signal_.Wait(drives_.options().drives.check_interval);
  }
}

// A full drive that has room again gets what it missed.
void DriveKeeper::WatchRoom() {
  auto full = [&] {
    DriveMask mask = 0;
    for (const auto& slot : drives_.slots()) {
      if (slot->full) mask |= MaskOf(slot->position);
    }
    return mask;
  };
  DriveMask before = full();
  (void)drives_.reserve().Check();
  if ((before & ~full()) != 0) healer_->DriveIsBack();
}

// A drive that is live must be there, be the one it was, and take writes.
void DriveKeeper::CheckLive(DriveSlot& slot, bool alarmed) {
  DriveState state;
  {
    std::lock_guard lock(mutex_);
    state = health_[static_cast<size_t>(slot.position)].state;
  }
  if (!IsLive(slot.position)) {
    // A commit left it out. Its index stays open: a full drive may go on with it.
    if (state == DriveState::kInSync) {
      MarkLost(slot, Error(Code::kInternal, "a commit failed there"));
    }
    return;
  }
  if (state != DriveState::kInSync && state != DriveState::kOffline) return;
  Status probed = Probe(slot);
  if (state == DriveState::kOffline) {
    // The last one, which cannot be left out: it goes on when it can.
    if (probed) SetInSync(slot);
    return;
  }
  if (!probed) return Lose(slot, probed.error());
  bool suspect = (drives_.index().suspects() & MaskOf(slot.position)) != 0;
  bool spare = CountDrives(drives_.index().live()) > drives_.record().geometry().write_quorum();
  if (!alarmed || !suspect || !spare) return;
  {
    std::lock_guard lock(mutex_);
    health_[static_cast<size_t>(slot.position)].new_index = true;
  }
  Lose(slot, Error(Code::kDataLoss, "its index cannot be read"));
}

Status DriveKeeper::Probe(DriveSlot& slot) {
  PENSTOCK_TRY(DriveLabel label, ReadLabel(drives_.files(), slot.paths.root));
  Membership members = drives_.record().Current();
  if (label.members.set_id != members.set_id ||
      label.drive_id() != members.drives[static_cast<size_t>(slot.position)].id) {
    return Fail(Code::kFailedPrecondition, "another drive is in its place");
  }
  std::string path = slot.paths.root + "/PROBE";
  (void)drives_.files().Remove(path);
  auto probe = drives_.files().Create(path);
  Status written = probe ? (*probe)->WriteAt(0, "penstock") : Status(Fail(probe.error()));
  if (written) written = (*probe)->Sync();
  (void)drives_.files().Remove(path);
  // A full drive is not a broken one, and it is not the drive's fault when we are out of
  // descriptors.
  bool other = !written && (written.error().code() == Code::kResourceExhausted ||
                            written.error().code() == Code::kUnavailable);
  return other ? Status() : written;
}

void DriveKeeper::Lose(DriveSlot& slot, const Error& why) {
  drives_.index().Evict(slot.position, why);
  MarkLost(slot, why);
}

void DriveKeeper::MarkLost(DriveSlot& slot, const Error& why) {
  slot.writable = false;
  slot.readable = false;
  {
    std::lock_guard lock(mutex_);
    Health& health = health_[static_cast<size_t>(slot.position)];
    health.state = DriveState::kOffline;
    health.detail = why.message();
    health.next_try = steady_clock::now();
    health.pause = drives_.options().drives.check_interval;
  }
  drives_.logger().Error(
      "a drive is lost",
      {{"drive", slot.position}, {"path", slot.paths.root}, {"error", why.message()}});
  mend_signal_.Wake();
}

void DriveKeeper::Mend() {
  while (!mend_signal_.stopped()) {
    auto looked = steady_clock::now();
    for (const auto& slot : drives_.slots()) {
      if (!mend_signal_.stopped()) TryReturn(*slot);
    }
    mend_signal_.Wait(UntilNextTry(looked));
  }
}

steady_clock::duration DriveKeeper::UntilNextTry(steady_clock::time_point looked) {
  std::lock_guard lock(mutex_);
  steady_clock::duration wait = drives_.options().drives.check_interval;
  for (const Health& health : health_) {
    bool away = health.state == DriveState::kOffline || health.state == DriveState::kWrongDrive;
    if (!away || health.next_try <= looked) continue;
    wait = std::min(wait, health.next_try - looked);
  }
  return wait;
}

void DriveKeeper::TryReturn(DriveSlot& slot) {
  Health& health = health_[static_cast<size_t>(slot.position)];
  {
    std::lock_guard lock(mutex_);
    bool away = health.state == DriveState::kOffline || health.state == DriveState::kWrongDrive;
    if (slot.paths.root.empty() || !away || steady_clock::now() < health.next_try) return;
  }
  if (IsLive(slot.position)) return watch_signal_.Wake();  // see CheckLive()
  Status returned = Return(slot);
  if (returned) return SetInSync(slot);
  if (returned.error().code() == Code::kCancelled) return;
  std::lock_guard lock(mutex_);
  if (health.state == DriveState::kTakenOff) return;
  bool news = health.detail != returned.error().message();
  bool wrong = returned.error().reason() == kWrong;
  health.state = wrong ? DriveState::kWrongDrive : DriveState::kOffline;
  health.detail = returned.error().message();
  // Looking whether a drive is there costs nothing; failing to bring one up to date may.
  auto interval = drives_.options().drives.check_interval;
  bool in_use = returned.error().code() == Code::kFailedPrecondition && !wrong;
  bool costly = returned.error().code() != Code::kNotFound && !wrong && !in_use;
  health.pause =
      costly ? std::min<steady_clock::duration>(health.pause * 2 + interval / 2, kLongestPause)
             : interval;
  health.next_try = steady_clock::now() + (in_use ? kReaderPause : health.pause);
  // A write that made it go on was quicker, so that it is in use and could not be opened.
  if (IsLive(slot.position)) watch_signal_.Wake();
  if (news) {
    drives_.logger().Warning(
        "a drive is not in use",
        {{"drive", slot.position}, {"path", slot.paths.root}, {"error", health.detail}});
  }
}

Status DriveKeeper::Return(DriveSlot& slot) {
  FoundDrive found = InspectDrive(drives_.files(), slot.paths.root);
  switch (found.kind) {
    case FoundDrive::Kind::kNothing:
      return Fail(Code::kNotFound, found.problem);
    case FoundDrive::Kind::kOther:
      return Fail(Code::kFailedPrecondition, kWrong, found.problem);
    case FoundDrive::Kind::kEmpty:
      return TakeNewcomer(slot);
    case FoundDrive::Kind::kMember:
      return ReturnMember(slot, found.label);
  }
  return {};
}

Status DriveKeeper::ReturnMember(DriveSlot& slot, const DriveLabel& label) {
  Membership members = drives_.record().Current();
  if (label.members.set_id != members.set_id) {
    return Fail(Code::kFailedPrecondition, kWrong, slot.paths.root + " belongs to another store");
  }
  if (label.position != slot.position) {
    return Fail(Code::kFailedPrecondition, kWrong,
                slot.paths.root + " is drive " + std::to_string(label.position) +
                    " of this store and not drive " + std::to_string(slot.position) +
                    ": were directories swapped? A restart finds out which is which");
  }
  bool known = label.drive_id() == members.drives[static_cast<size_t>(slot.position)].id;
  if (known) {
    // Another drive's open index would go on in files that are no longer at this place.
    PENSTOCK_TRY(bool revived, drives_.index().Revive(slot.position));
    if (revived) return {};
  }
  drives_.index().Forget(slot.position);
  slot.readable = true;
  PENSTOCK_TRY(std::shared_ptr<Replica> replica, OpenMember(slot, label, known));
  if (known && (members.in_sync & MaskOf(slot.position)) != 0) {
    PENSTOCK_TRY(bool attached, drives_.index().Attach(replica));
    if (attached) {
      (void)drives_.index().MakeWritable();  // others may be missing still
      return {};
    }
  }
  if (!known) {
    drives_.record().SetDrive(slot.position,
                              {label.drive_id(), drives_.files().IsMountPoint(slot.paths.root)});
  }
  return Join(slot, std::move(replica));
}

// Makes the drive's index anew where what is there is damaged, and for no other reason: a drive
// that is full, fails for a moment or is away again keeps its rows.
Result<std::shared_ptr<Replica>> DriveKeeper::OpenMember(DriveSlot& slot, const DriveLabel& label,
                                                         bool known) {
  bool new_index = false;
  {
    std::lock_guard lock(mutex_);
    new_index = std::exchange(health_[static_cast<size_t>(slot.position)].new_index, false);
  }
  if (!new_index) {
    auto replica = drives_.OpenReplica(slot, /*may_create=*/!known);
    if (replica || replica.error().code() != Code::kDataLoss) return replica;
    drives_.logger().Warning("a drive's index is made anew",
                             {{"drive", slot.position}, {"error", replica.error().message()}});
  }
  // Files are missing, too, where the drive was just pulled out.
  PENSTOCK_TRY(DriveLabel now, ReadLabel(drives_.files(), slot.paths.root));
  if (now.drive_id() != label.drive_id()) {
    return Fail(Code::kUnavailable, "the drive was changed for another just now");
  }
  PENSTOCK_RETURN_IF_ERROR(drives_.DestroyReplica(slot));
  return drives_.OpenReplica(slot, /*may_create=*/true);
}

Status DriveKeeper::TakeNewcomer(DriveSlot& slot) {
  Membership members = drives_.record().Current();
  bool mounted = drives_.files().IsMountPoint(slot.paths.root);
  if (members.drives[static_cast<size_t>(slot.position)].mounted && !mounted) {
    return Fail(Code::kFailedPrecondition, kWrong,
                "nothing is mounted at " + slot.paths.root +
                    ", where the drive was; mount it, or the new one");
  }
  drives_.index().Forget(slot.position);
  Membership::Drive drive{MakeDriveId(drives_.random()), mounted};
  PENSTOCK_RETURN_IF_ERROR(drives_.MakeNewcomer(slot, drive));
  PENSTOCK_TRY(auto replica, drives_.OpenReplica(slot, /*may_create=*/true));
  drives_.record().SetDrive(slot.position, drive);
  drives_.logger().Info("a new drive takes the place of a lost one",
                        {{"drive", slot.position}, {"path", slot.paths.root}});
  slot.readable = true;
  return Join(slot, std::move(replica));
}

Status DriveKeeper::Join(DriveSlot& slot, std::shared_ptr<Replica> replica) {
  {
    std::lock_guard lock(mutex_);
    Health& health = health_[static_cast<size_t>(slot.position)];
    if (health.state == DriveState::kTakenOff) return Fail(Code::kCancelled, "taken off");
    health.state = DriveState::kResyncing;
    health.detail = "its index is being brought up to date";
  }
  PENSTOCK_RETURN_IF_ERROR(healer_->MarkUnfilled(slot));
  Status joined = drives_.index().Join(replica, stopping_, slot.rows_resynced);
  if (!joined && joined.error().reason() == kReplicaDamaged) {
    replica.reset();
    PENSTOCK_RETURN_IF_ERROR(drives_.DestroyReplica(slot));
    PENSTOCK_TRY(replica, drives_.OpenReplica(slot, /*may_create=*/true));
    joined = drives_.index().Join(replica, stopping_, slot.rows_resynced);
  }
  return joined;
}

void DriveKeeper::SetInSync(DriveSlot& slot) {
  bool taken_off = false;
  {
    std::lock_guard lock(mutex_);
    Health& health = health_[static_cast<size_t>(slot.position)];
    taken_off = health.state == DriveState::kTakenOff;
    if (!taken_off) {
      health = {};
      health.state = DriveState::kInSync;
      slot.readable = true;
      slot.writable = true;
      slot.full = false;  // until somebody looks
    }
  }
  if (taken_off) {
    drives_.index().Evict(slot.position, Error(Code::kCancelled, "taken offline"));
    return;
  }
  drives_.logger().Info(
      "a drive is in sync",
      {{"drive", slot.position}, {"path", slot.paths.root}, {"rows", slot.rows_resynced.load()}});
  healer_->DriveIsBack();
}

}  // namespace penstock::store
