// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::store {

// Keeps some of each drive free of objects, so that the index can go on and deleting works when
// everything else is full. Thread-safe.
class SpaceReserve {
 public:
  // `files` must outlive this object. Without a number of bytes: 64 MiB, or 2 % of a small drive.
  SpaceReserve(sys::FileSystem& files, std::optional<uint64_t> bytes)
      : files_(files), bytes_(bytes) {}
  SpaceReserve(sys::FileSystem& files, std::string path, std::optional<uint64_t> bytes)
      : SpaceReserve(files, bytes) {
    drives_.push_back({std::move(path)});
  }

  // One of several drives, which counts as long as it is used; each Check() says whether it is
  // full. Before the first Check().
  void AddDrive(std::string path, const std::atomic<bool>& used, std::atomic<bool>& full) {
    drives_.push_back({std::move(path), &used, &full});
  }
  // How many drives must have room. Before the first Check().
  void SetNeeded(int drives) { needed_ = drives; }

  // What frees room and says whether it has; asked where there is too little, until there is enough
  // or it has not. Before the first Check().
  void SetReclaim(std::function<bool()> reclaim) { reclaim_ = std::move(reclaim); }
  bool Reclaim() const { return reclaim_ && reclaim_(); }

  // Fails with no_space once too few drives have more than the reserve left.
  base::Status Check() const;

 private:
  struct Drive {
    std::string path;
    const std::atomic<bool>* used = nullptr;  // nullptr: always
    std::atomic<bool>* full = nullptr;        // told what was found
  };

  base::Status Look() const;
  // How much is left where that is too little. None where there is room.
  base::Result<std::optional<uint64_t>> Shortage(const Drive& drive) const;

  sys::FileSystem& files_;
  std::optional<uint64_t> bytes_;
  int needed_ = 1;
  std::vector<Drive> drives_;
  std::function<bool()> reclaim_;
};

}  // namespace penstock::store
