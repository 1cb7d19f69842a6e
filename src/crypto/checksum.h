// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::crypto {

// CRC-32C (Castagnoli) of a block, continuing from `seed` (0 to start): what guards stored blocks.
uint32_t Crc32c(std::string_view bytes, uint32_t seed = 0);

// S3's additional checksums (Amazon S3 user guide, "Checking object integrity").
enum class ChecksumKind { kCrc32, kCrc32c, kCrc64Nvme, kSha1, kSha256 };

// Takes bytes piece by piece and gives the checksum in S3's form: big-endian, to be base64-encoded.
class Checksum {
 public:
  virtual ~Checksum() = default;
  virtual void Update(std::string_view bytes) = 0;
  virtual std::string Finish() = 0;  // raw bytes, most significant first
};
std::unique_ptr<Checksum> MakeChecksum(ChecksumKind kind);

std::string_view ChecksumName(
    ChecksumKind kind);  // "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"

}  // namespace penstock::crypto
