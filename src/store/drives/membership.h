// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/drives/geometry.h"

namespace penstock::store {

// Which drives of a store have all that was acknowledged, at one moment. Every change of that is a
// new epoch, recorded on the drives that remain before anything is acknowledged that the others do
// not have (docs/decisions/0003-several-drives.md).
struct Epoch {
  uint64_t generation = 0;  // of the start that made it; 0 on a drive that never belonged
  uint64_t change = 0;
  auto operator<=>(const Epoch&) const = default;
};

using DriveMask = uint32_t;  // a bit for each position

inline DriveMask MaskOf(int position) { return DriveMask{1} << position; }
int CountDrives(DriveMask mask);

struct Membership {
  struct Drive {
    std::string id;        // 32 hex digits
    bool mounted = false;  // its directory was a mount point when it became a member
  };

  std::string set_id;  // 32 hex digits
  int parity = 0;
  Epoch epoch;
  DriveMask in_sync = 0;
  std::vector<Drive> drives;  // by position

  Geometry geometry() const { return {static_cast<int>(drives.size()), parity}; }
};

// The text of a drive's file MEMBERS (docs/formats/store.md, "Several drives").
struct DriveLabel {
  int position = 0;       // of the drive that has this label
  uint64_t promised = 0;  // the newest generation that a start has told this drive of
  Membership members;

  const std::string& drive_id() const { return members.drives[static_cast<size_t>(position)].id; }
  std::string Encode() const;
  // kDataLoss for anything that Encode() would not write.
  static base::Result<DriveLabel> Decode(std::string_view text);
};

}  // namespace penstock::store
