// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::crypto {

// Reflected CRCs with all bits set before and inverted after; `seed` is the CRC of what came before
// (0 to start).
uint32_t Crc32(std::string_view bytes, uint32_t seed);      // polynomial 0x04C11DB7 (zlib's)
uint64_t Crc64Nvme(std::string_view bytes, uint64_t seed);  // polynomial 0xAD93D23594C93659

// By tables alone: what the fast ones are tested against.
uint32_t Crc32cPortable(std::string_view bytes, uint32_t seed);
uint64_t Crc64NvmePortable(std::string_view bytes, uint64_t seed);

}  // namespace penstock::crypto
