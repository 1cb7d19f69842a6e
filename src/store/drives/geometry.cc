// SPDX-License-Identifier: Apache-2.0
#include "store/drives/geometry.h"

#include <string>

namespace penstock::store {

int DefaultParity(int drives) {
  if (drives <= 1) return 0;
  return drives >= 8 ? 4 : drives / 2;
}

base::Status CheckGeometry(Geometry geometry) {
  if (geometry.drives < 2 || geometry.drives > kMaxDrives) {
    return base::Fail(base::Code::kInvalidArgument, "a store has one drive, or 2 to " +
                                                        std::to_string(kMaxDrives) + ", and not " +
                                                        std::to_string(geometry.drives));
  }
  if (geometry.parity < 1 || geometry.parity * 2 > geometry.drives) {
    return base::Fail(base::Code::kInvalidArgument,
                      "the parity of " + std::to_string(geometry.drives) + " drives is 1 to " +
                          std::to_string(geometry.drives / 2) + ", and not " +
                          std::to_string(geometry.parity));
  }
  return {};
}

int TurnOf(uint64_t file, int drives) {
  // Numbers of files follow patterns, since other things are numbered in between: mixed first
  // (the finalizer of splitmix64).
  uint64_t mixed = file + 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
  mixed ^= mixed >> 31;
  return static_cast<int>(mixed % static_cast<uint64_t>(drives));
}

}  // namespace penstock::store
