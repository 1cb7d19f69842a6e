// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/multipart.h"

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

base::Result<int> PartNumberOf(const Call& call) {
  constexpr int kTooLarge = store::kMaxPartNumber + 1;
  auto number = NumberParameter(call.query, "partNumber", 0, 1, kTooLarge);
  if (number && *number >= 1 && *number < kTooLarge) return number;
  return Refuse(code::kInvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive");
}

}  // namespace penstock::s3
