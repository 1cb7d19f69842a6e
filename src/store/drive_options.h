// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock::store {

// A store on several drives.
struct DriveOptions {
  std::vector<std::string> directories;  // 2 to 16, in any order; empty for a store on one drive
  std::optional<int> parity;             // drives that may be lost; by their number where not given

  // How often drives are looked at, and lost ones looked for.
  std::chrono::milliseconds check_interval{10'000};
  // A drive that does not finish a commit within this is left out.
  std::chrono::milliseconds timeout{30'000};
  // Every block is read and checked once in that time, though not faster than that many bytes a
  // second of all drives together.
  std::chrono::milliseconds scan_interval{std::chrono::hours(14 * 24)};
  uint64_t scan_bytes_per_second = uint64_t{32} << 20;
};

}  // namespace penstock::store
