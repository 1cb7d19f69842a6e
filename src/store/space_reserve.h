// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::store {

// Keeps some of a drive free of objects, so that the index can go on and deleting works when
// everything else is full. Thread-safe.
class SpaceReserve {
 public:
  // `files` must outlive this object. Without a number of bytes: 64 MiB, or 2 % of a small drive.
  SpaceReserve(sys::FileSystem& files, std::string path, std::optional<uint64_t> bytes)
      : files_(files), path_(std::move(path)), bytes_(bytes) {}

  // Fails with no_space once only the reserve is left.
  base::Status Check() const;

 private:
  sys::FileSystem& files_;
  std::string path_;
  std::optional<uint64_t> bytes_;
};

}  // namespace penstock::store
