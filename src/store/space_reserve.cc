// SPDX-License-Identifier: Apache-2.0
#include "store/space_reserve.h"

#include <algorithm>

#include "store/object_store.h"

namespace penstock::store {

constexpr uint64_t kDefaultBytes = uint64_t{64} << 20;

base::Status SpaceReserve::Check() const {
  PENSTOCK_TRY(sys::DriveSpace space, files_.Space(path_));
  uint64_t reserve = bytes_.value_or(std::min(kDefaultBytes, space.total / 50));
  if (space.available >= reserve) return {};
  return base::Fail(base::Code::kResourceExhausted, reason::kNoSpace,
                    "the drive of " + path_ + " has " + std::to_string(space.available) +
                        " bytes left, which are kept for the index");
}

}  // namespace penstock::store
