// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::store {

// Files of this size and more have an ETag that several processors can work out.
inline constexpr uint64_t kDigestStretch = uint64_t{8} << 20;

struct FileDigests {
  std::vector<uint32_t> block_sums;  // CRC-32C of each block
  // Below kDigestStretch the MD5 of the bytes in hex. From there on 32 digits of the SHA-256 of the
  // stretches' SHA-256 digests, "-" and the number of stretches: the form of an upload's in parts,
  // which tells clients that it is no MD5.
  std::string etag;
};

// Reads `size` bytes of a file that does not change, once, with several threads where it is large.
// kCancelled soon after `stop`, where one is given, has become true.
base::Result<FileDigests> DigestFile(sys::File& file, uint64_t size, size_t block_size,
                                     const std::atomic<bool>* stop = nullptr);

}  // namespace penstock::store
