// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "store/bucket_types.h"

namespace penstock::store {

// Whether a bucket can go from one state to the other, as S3 has it: once versioned it can only be
// suspended; object lock needs versioning, and both then stay for ever. Fails with reason
// bad_bucket_change.
base::Status CheckBucketChange(const BucketInfo& before, const BucketInfo& after);

// Whether the settings are small enough to be kept. Fails with reason bad_bucket_change.
base::Status CheckSettings(const BucketInfo& bucket);

}  // namespace penstock::store
