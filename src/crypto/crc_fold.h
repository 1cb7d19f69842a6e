// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::crypto {

// Whether this processor multiplies without carry, as folding needs.
bool CanFold();

// Folds a text, whose length is a multiple of 16 and at least 128, to sixteen bytes that leave the
// same remainder by the polynomial of CRC-64/NVME; `seed` is the CRC of what came before. The CRC
// of the text is that of these bytes, begun with all bits clear. (Gopal et al., "Fast CRC
// Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009.) ISA-L has all
// CRCs that we need but this one.
std::array<char, 16> FoldCrc64Nvme(std::string_view text, uint64_t seed);

}  // namespace penstock::crypto
