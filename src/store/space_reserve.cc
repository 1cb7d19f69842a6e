// SPDX-License-Identifier: Apache-2.0
#include "store/space_reserve.h"

#include <algorithm>

#include "store/object_store.h"

namespace penstock::store {

constexpr uint64_t kDefaultBytes = uint64_t{64} << 20;

base::Status SpaceReserve::Check() const {
  for (const Drive& drive : drives_) {
    if (drive.used != nullptr && !*drive.used) continue;
    auto space = files_.Space(drive.path);
    // One of several that cannot be asked is about to be found out by others.
    if (!space && drive.used != nullptr) continue;
    if (!space) return base::Fail(std::move(space).error());
    uint64_t reserve = bytes_.value_or(std::min(kDefaultBytes, space->total / 50));
    if (space->available >= reserve) continue;
    return base::Fail(base::Code::kResourceExhausted, reason::kNoSpace,
                      "the drive of " + drive.path + " has " + std::to_string(space->available) +
                          " bytes left, which are kept for the index");
  }
  return {};
}

}  // namespace penstock::store
