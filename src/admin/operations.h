// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admin/call.h"

// What the admin API can do: one file a resource, each function an Action.
namespace penstock::admin {

// server_info.cc
base::Result<text::Json> GetServerInfo(Call& call);

// buckets.cc
base::Result<text::Json> ListBuckets(Call& call);
base::Result<text::Json> CreateBucket(Call& call);
base::Result<text::Json> GetBucket(Call& call);
base::Result<text::Json> DeleteBucket(Call& call);
base::Result<text::Json> SetBucketVersioning(Call& call);
base::Result<text::Json> SetBucketLock(Call& call);
base::Result<text::Json> GetBucketQuota(Call& call);
base::Result<text::Json> SetBucketQuota(Call& call);
base::Result<text::Json> ClearBucketQuota(Call& call);

}  // namespace penstock::admin
