// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace penstock::s3 {

struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;  // never 0
};

// The part of an object of `size` bytes that a Range header asks for. Nothing where the header is
// to be ignored: another unit, several ranges, or not a range at all (RFC 9110 section 14.2).
// InvalidRange where the range holds no byte of the object.
base::Result<std::optional<ByteRange>> ParseRange(std::string_view header, uint64_t size);

// x-amz-copy-source-range knows only "bytes=first-last" (InvalidArgument), both within the object
// (InvalidRange).
base::Result<ByteRange> ParseCopyRange(std::string_view header, uint64_t size);

}  // namespace penstock::s3
