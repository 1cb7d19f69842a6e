// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status HeadBucket(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  net::Headers headers;
  headers.Add("x-amz-bucket-region",
              call.options.region.empty() ? "us-east-1" : call.options.region);
  headers.Add("Content-Type", "application/xml");
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
