// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/bucket_types.h"
#include "store/object_types.h"

namespace penstock::store {

// Object lock (Amazon S3 user guide, "Locking objects with Object Lock"). A version is free from
// the moment that its retention names, by the clock as it is then. Earlier times of the clock are
// not remembered: of two that differ nobody knows which was wrong, and one day in the far future
// would lock everything written afterwards until then.

// Whether a version may be removed or replaced; else object_locked.
base::Status CheckRemovable(std::string_view key, const ObjectAttributes& attributes,
                            base::Time now, bool bypass_governance);

// What a writer says about the lock of a new version: no_object_lock, bad_retention.
base::Status CheckNewLock(const BucketInfo& bucket, const ObjectAttributes& attributes,
                          base::Time now);

// The retention of a version that is written now: what its writer said, or the bucket's default.
Retention RetentionOfNew(const BucketInfo& bucket, const Retention& wanted, base::Time now);

// Whether one retention may take the place of another: object_locked, bad_retention. Governance is
// prolonged by anybody, and changed in any other way with `bypass_governance`; compliance is
// prolonged only.
base::Status CheckRetentionChange(std::string_view key, const Retention& before,
                                  const Retention& after, base::Time now, bool bypass_governance);

}  // namespace penstock::store
