// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/multipart.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status AbortMultipartUpload(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.AbortUpload(call.bucket(), call.key(), UploadIdOf(call)));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
