// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status DeleteObject(Call& call) {
  for (std::string_view name :
       {"if-match", "x-amz-if-match-size", "x-amz-if-match-last-modified-time"}) {
    if (call.headers().Has(name)) {
      return Refuse(code::kNotImplemented, "Conditional deletes are not offered");
    }
  }
  std::vector<store::DeleteTarget> targets;
  // Another version does not exist, and deleting what does not exist succeeds.
  if (CheckVersionId(call.query)) {
    targets.emplace_back().key = call.key();
  }
  PENSTOCK_RETURN_IF_ERROR(call.store.DeleteObjects(call.bucket(), targets));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
