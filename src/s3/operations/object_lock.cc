// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/object_lock.h"

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

bool BypassesGovernance(Call& call, std::string_view key, const iam::MapContext* body) {
  return base::EqualsIgnoreCase(call.headers().GetOr("x-amz-bypass-governance-retention", ""),
                                "true") &&
         call.gate.Allows("s3:BypassGovernanceRetention", {call.bucket(), key, ""}, body);
}

base::Status RequireObjectLock(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  if (bucket->object_lock) return {};
  return Refuse(code::kInvalidRequest, "Bucket is missing Object Lock Configuration");
}

}  // namespace penstock::s3
