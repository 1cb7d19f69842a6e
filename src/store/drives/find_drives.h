// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "store/drives/membership.h"
#include "sys/file_system.h"

namespace penstock::store {

// What is in a directory that was given as a drive.
struct FoundDrive {
  enum class Kind {
    kNothing,  // there is no such directory, or it cannot be read
    kEmpty,    // nothing, or the beginnings of a drive that never held anything
    kMember,   // a drive with a label
    kOther,    // something that cannot be used
  };

  std::string directory;
  Kind kind = Kind::kNothing;
  DriveLabel label;      // of a member
  bool stamped = false;  // of a member: FORMAT is there
  std::string problem;   // of nothing and other, for a person
};

FoundDrive InspectDrive(sys::FileSystem& files, const std::string& directory);

// Which directory is which drive of the store.
struct DrivePlan {
  Membership newest;
  uint64_t promised = 0;           // the greatest that any drive knows of
  std::vector<FoundDrive> drives;  // by position; of one that was not given the directory is empty
  std::vector<std::string> notes;  // what an operator should know
};

// Fails, naming the directories, where they do not belong together, where the same drive was given
// twice, where there are more than the store has, or (kUnavailable) where too few are there to know
// what the newest state is. `parity` is what was asked for, if anything.
base::Result<DrivePlan> PlanDrives(const std::vector<FoundDrive>& found, std::optional<int> parity);

// Whether these are directories for a new store.
bool AreAllNew(const std::vector<FoundDrive>& found);
// Makes a store of them, all of them or none: after a crash in the middle it is made again.
// `prepare` makes what a drive needs besides its label and stamp.
base::Status CreateDrives(sys::FileSystem& files, const std::vector<std::string>& directories,
                          Geometry geometry, base::Random& random,
                          const std::function<base::Status(const std::string&)>& prepare);

// A new drive's id, or a store's.
std::string MakeDriveId(base::Random& random);

}  // namespace penstock::store
