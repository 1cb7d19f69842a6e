// SPDX-License-Identifier: Apache-2.0
#include "s3/announce.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status DeleteBucket(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.DeleteBucket(call.bucket()));
  AnnounceKey(call, "s3:BucketRemoved:Delete", "");
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
