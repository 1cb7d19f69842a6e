// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "store/drives/find_drives.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using Kind = FoundDrive::Kind;

// Drives of one store, and each once.
Status CheckTogether(const std::vector<FoundDrive>& found) {
  const FoundDrive* first = nullptr;
  for (const FoundDrive& drive : found) {
    for (const FoundDrive& other : found) {
      if (&other == &drive) break;
      bool same = drive.kind == Kind::kMember && other.kind == Kind::kMember &&
                  drive.label.drive_id() == other.label.drive_id();
      if (same || drive.directory == other.directory) {
        return Fail(Code::kInvalidArgument, drive.directory + " and " + other.directory +
                                                " are the same drive, or copies of one");
      }
    }
    if (drive.kind != Kind::kMember) continue;
    if (first == nullptr) first = &drive;
    if (drive.label.members.set_id != first->label.members.set_id) {
      return Fail(Code::kFailedPrecondition, drive.directory + " belongs to another store than " +
                                                 first->directory +
                                                 "; give the drives of one store");
    }
  }
  return {};
}

const Membership& Newest(const std::vector<FoundDrive>& found) {
  const Membership* newest = nullptr;
  for (const FoundDrive& drive : found) {
    if (drive.kind != Kind::kMember) continue;
    if (newest == nullptr || newest->epoch < drive.label.members.epoch) {
      newest = &drive.label.members;
    }
  }
  return *newest;
}

Status CheckEnough(const std::vector<FoundDrive>& found, const Membership& newest) {
  std::set<std::string> ids;
  for (const Membership::Drive& drive : newest.drives) ids.insert(drive.id);
  int seen = 0;
  std::string missing;
  for (const FoundDrive& drive : found) {
    bool counts = drive.kind == Kind::kMember && drive.label.members.epoch > Epoch{} &&
                  ids.contains(drive.label.drive_id());
    if (counts) {
      ++seen;
    } else {
      missing += "; " + drive.directory + ": " +
                 (drive.problem.empty() ? "has nothing of it yet" : drive.problem);
    }
  }
  int needed = newest.geometry().start_quorum();
  if (seen >= needed) return {};
  return Fail(Code::kUnavailable, std::to_string(seen) + " of the store's " +
                                      std::to_string(newest.drives.size()) +
                                      " drives are there, and " + std::to_string(needed) +
                                      " are needed to know its newest state" + missing);
}

std::optional<size_t> PositionOf(const Membership& members, const std::string& id) {
  for (size_t i = 0; i < members.drives.size(); ++i) {
    if (members.drives[i].id == id) return i;
  }
  return std::nullopt;
}

}  // namespace

Result<DrivePlan> PlanDrives(const std::vector<FoundDrive>& found, std::optional<int> parity) {
  PENSTOCK_RETURN_IF_ERROR(CheckTogether(found));
  bool any = std::any_of(found.begin(), found.end(),
                         [](const FoundDrive& drive) { return drive.kind == Kind::kMember; });
  if (!any)
    return Fail(Code::kFailedPrecondition, "none of the drives can be used: " + found[0].problem);
  DrivePlan plan;
  plan.newest = Newest(found);
  const size_t count = plan.newest.drives.size();
  if (found.size() > count) {
    return Fail(Code::kInvalidArgument, "the store has " + std::to_string(count) + " drives, and " +
                                            std::to_string(found.size()) +
                                            " were given; drives cannot be added");
  }
  if (parity && *parity != plan.newest.parity) {
    return Fail(Code::kInvalidArgument,
                "the store was made with parity " + std::to_string(plan.newest.parity) +
                    ", which cannot be changed to " + std::to_string(*parity));
  }
  PENSTOCK_RETURN_IF_ERROR(CheckEnough(found, plan.newest));

  plan.drives.resize(count);
  std::vector<const FoundDrive*> rest;
  for (const FoundDrive& drive : found) {
    if (drive.kind == Kind::kMember) plan.promised = std::max(plan.promised, drive.label.promised);
    auto position = drive.kind == Kind::kMember ? PositionOf(plan.newest, drive.label.drive_id())
                                                : std::nullopt;
    if (position) {
      plan.drives[*position] = drive;
    } else {
      rest.push_back(&drive);
    }
  }
  // Those that were replaced, or that were about to replace one, go where their label says, if
  // nobody else is there; then everything else takes what places are left.
  for (const FoundDrive*& drive : rest) {
    if (drive->kind != Kind::kMember) continue;
    FoundDrive& place = plan.drives[static_cast<size_t>(drive->label.position)];
    if (place.directory.empty()) {
      place = *drive;
    } else {
      plan.notes.push_back(drive->directory + " was replaced by " + place.directory +
                           " and is not used; empty it to use it for another drive");
    }
    drive = nullptr;
  }
  for (const FoundDrive* drive : rest) {
    if (drive == nullptr) continue;
    auto free = std::find_if(plan.drives.begin(), plan.drives.end(),
                             [](const FoundDrive& place) { return place.directory.empty(); });
    if (free != plan.drives.end()) *free = *drive;
  }
  for (size_t i = 0; i < count; ++i) {
    if (!plan.drives[i].directory.empty()) continue;
    plan.notes.push_back("drive " + std::to_string(i) + " of the store was not given");
    plan.drives[i].problem = "not given";
  }
  return plan;
}

}  // namespace penstock::store
