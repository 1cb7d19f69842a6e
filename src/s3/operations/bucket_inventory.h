// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// Reports that a bucket asks for; the query names one, or a GET without `id` lists them.
base::Status GetBucketInventory(Call& call);
base::Status PutBucketInventory(Call& call);
base::Status DeleteBucketInventory(Call& call);

}  // namespace penstock::s3
