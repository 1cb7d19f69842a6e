// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::text {

inline constexpr size_t kTarBlock = 512;
// What a file in a tar may say of its size at most; sums with more would run over.
inline constexpr uint64_t kMaxTarSize = uint64_t{1} << 50;

// One header of a tar file: POSIX.1-1988 (ustar), and large sizes as GNU writes them.
struct TarHeader {
  std::string name;
  char type = 0;  // '0' or NUL a file, '5' a folder, 'x' and 'L' say something of the next, …
  uint64_t size = 0;
};

// The lines of a pax header (POSIX.1-2001), in order.
using PaxRecords = std::vector<std::pair<std::string, std::string>>;

// Errors are kInvalidArgument with a message that goes on after "the tar file": "has a damaged
// header". `block` is kTarBlock bytes.
base::Result<TarHeader> ParseTarHeader(std::string_view block);
base::Result<PaxRecords> ParsePaxRecords(std::string_view text);

// Whether the block is one of those that end a tar file.
bool IsTarEnd(std::string_view block);

}  // namespace penstock::text
