// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::sys {

// Writing past the system's page cache: what a file may be able to do besides. Large pieces are
// then neither copied nor in the way of what others read.
class DirectFile {
 public:
  // What offsets, lengths and the places of the bytes in memory must be multiples of.
  static constexpr size_t kAlignment = 4096;

  virtual ~DirectFile() = default;
  // As WriteAt(), of pieces one after the other. False, and the bytes have to be written in that
  // way, where this file system cannot do it or they are not aligned. From the first call on only
  // one thread at a time may use the file.
  virtual base::Result<bool> WriteDirectly(uint64_t offset,
                                           std::span<const std::string_view> pieces) = 0;
};

// Of that file; null where it cannot.
inline DirectFile* DirectOf(File& file) { return dynamic_cast<DirectFile*>(&file); }

}  // namespace penstock::sys
