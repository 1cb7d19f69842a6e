// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/drives/membership.h"
#include "sys/file_system.h"

namespace penstock::store {

// The file MEMBERS on a drive at that directory.
std::string MembersPath(const std::string& drive_directory);
base::Result<DriveLabel> ReadLabel(sys::FileSystem& files, const std::string& drive_directory);
base::Status WriteLabel(sys::FileSystem& files, const std::string& drive_directory,
                        const DriveLabel& label);

// Who belongs to the store, as it is recorded on the drives. Thread-safe.
class MembershipRecord {
 public:
  // `newest` is what a start found; `promised` the greatest generation that any drive knows of.
  // Directories are by position, empty where none is known.
  MembershipRecord(sys::FileSystem& files, std::vector<std::string> directories, Membership newest,
                   uint64_t promised);

  Membership Current() const;
  Geometry geometry() const { return geometry_; }

  // Takes a new generation for this process: must be done once, on a write quorum, before the first
  // change. Returns the drives that know of it.
  base::Result<DriveMask> Promise(DriveMask drives);
  bool promised() const;

  // Records durably that these drives, and no others, have everything; those that cannot be written
  // are left out. Drives that join are told last, so that none ever knows of itself as a member
  // while others might go on without it. kUnavailable where fewer than a write quorum are left.
  base::Result<DriveMask> Record(DriveMask in_sync);

  // Why that is: kUnavailable, with how many there are.
  base::Error TooFew(DriveMask left) const;

  // A replaced drive's new id, for the next Record().
  void SetDrive(int position, Membership::Drive drive);
  // Writes a label that says nothing but which store and place the drive is meant for.
  base::Status LabelNewcomer(int position, const Membership::Drive& drive);
  // Where a drive is looked for from now on.
  void SetDirectory(int position, std::string directory);

 private:
  // Writes a drive's label in the place of its own, and of no other's: directories can be swapped,
  // or not be mounted, at any time.
  base::Status Replace(const std::string& directory, const DriveLabel& label);
  // Returns the drives where that failed.
  base::Error TooFewHere(DriveMask left) const;  // with the lock
  DriveMask Write(DriveMask drives, const Membership& members);

  sys::FileSystem& files_;
  const Geometry geometry_;
  mutable std::mutex mutex_;
  std::vector<std::string> directories_;
  Membership current_;
  uint64_t generation_ = 0;  // this process's, once promised
  uint64_t greatest_promise_;
  std::string last_failure_;
};

}  // namespace penstock::store
