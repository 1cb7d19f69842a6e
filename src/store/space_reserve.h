// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
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
    drives_.push_back({std::move(path), nullptr});
  }

  // One of several drives, which counts as long as it is used. Before the first Check().
  void AddDrive(std::string path, const std::atomic<bool>& used) {
    drives_.push_back({std::move(path), &used});
  }

  // Fails with no_space once only the reserve is left on a drive.
  base::Status Check() const;

 private:
  struct Drive {
    std::string path;
    const std::atomic<bool>* used;  // nullptr: always
  };

  sys::FileSystem& files_;
  std::optional<uint64_t> bytes_;
  std::vector<Drive> drives_;
};

}  // namespace penstock::store
