// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace penstock::executor {

// What files take on disk. A file with several names counts once, wherever they are.
class DiskUse {
 public:
  // Adds a folder with everything below it; what cannot be read counts for nothing.
  void Add(const std::string& folder);
  uint64_t bytes() const { return bytes_; }

 private:
  uint64_t bytes_ = 0;
  std::set<std::pair<uint64_t, uint64_t>> seen_;  // device and number of files with several names
};

}  // namespace penstock::executor
