// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/checksum.h"

namespace penstock::s3 {

// The CRC of A followed by B, from the CRC of A, the CRC of B and the length of B. CRCs are raw
// bytes, most significant first, of the kind's width; the kind must be a CRC. Takes time
// logarithmic in the length.
std::string CombineCrcs(crypto::ChecksumKind kind, std::string_view first, std::string_view second,
                        uint64_t second_length);

}  // namespace penstock::s3
