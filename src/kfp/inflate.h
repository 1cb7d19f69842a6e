// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// Decompression with a limit: what would grow beyond it is refused as kInvalidArgument, however
// small it is packed, as are damaged bytes.
namespace penstock::kfp {

// Raw deflate data (RFC 1951), as in zip files; all of the input must belong to it.
base::Result<std::string> InflateRaw(std::string_view packed, size_t limit);
// A gzip file (RFC 1952) of one or more members; checksums are verified.
base::Result<std::string> Gunzip(std::string_view packed, size_t limit);

uint32_t Crc32(std::string_view bytes);

}  // namespace penstock::kfp
