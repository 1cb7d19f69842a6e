// SPDX-License-Identifier: Apache-2.0
#include "store/space_reserve.h"

#include <algorithm>

#include "store/object_store.h"

namespace penstock::store {

constexpr uint64_t kDefaultBytes = uint64_t{64} << 20;

base::Result<std::optional<uint64_t>> SpaceReserve::Shortage(const Drive& drive) const {
  auto space = files_.Space(drive.path);
  if (!space) {
    // One of several that cannot be asked is about to be found out by others.
    if (drive.used != nullptr) return std::optional<uint64_t>();
    return base::Fail(base::Code::kInternal, space.error().message());
  }
  uint64_t reserve = bytes_.value_or(std::min(kDefaultBytes, space->total / 50));
  if (space->available >= reserve) return std::optional<uint64_t>();
  return std::optional(space->available);
}

base::Status SpaceReserve::Check() const {
  base::Status room = Look();
  while (!room && room.error().reason() == reason::kNoSpace && Reclaim()) room = Look();
  return room;
}

base::Status SpaceReserve::Look() const {
  int roomy = 0;
  const Drive* full = nullptr;
  uint64_t left = 0;
  for (const Drive& drive : drives_) {
    if (drive.used != nullptr && !*drive.used) continue;
    PENSTOCK_TRY(std::optional<uint64_t> shortage, Shortage(drive));
    if (drive.full != nullptr) *drive.full = shortage.has_value();
    if (!shortage) {
      ++roomy;
    } else if (full == nullptr) {
      full = &drive;
      left = *shortage;
    }
  }
  // Where none is full and too few are there, that is for others to say.
  if (full == nullptr || roomy >= needed_) return {};
  return base::Fail(base::Code::kResourceExhausted, reason::kNoSpace,
                    "the drive of " + full->path + " has " + std::to_string(left) +
                        " bytes left, which are kept for the index");
}

}  // namespace penstock::store
