// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// A bucket that cannot be deleted as long as this lives.
struct HeldBucket {
  BucketLocks::Shared lock;
  uint64_t id;
};

// The buckets of a store. Thread-safe.
class Buckets {
 public:
  explicit Buckets(Core& core) : core_(core) {}

  base::Status Create(std::string_view name);
  // Only where it has no objects; uploads in progress go with it, `abort_uploads` removes them.
  template <typename AbortUploads>
  base::Status Delete(std::string_view name, AbortUploads abort_uploads) {
    BucketLocks::Exclusive lock = core_.bucket_locks.LockExclusive(name);
    PENSTOCK_TRY(BucketRecord bucket, Find(name));
    PENSTOCK_RETURN_IF_ERROR(CheckEmpty(name, bucket.id));
    PENSTOCK_RETURN_IF_ERROR(abort_uploads(bucket.id));
    return RemoveRow(name);
  }
  base::Result<BucketPage> List(const ListBucketsOptions& options);

  // Fails with no_such_bucket.
  base::Result<BucketRecord> Find(std::string_view name);
  // Held for the time of a commit, never while waiting for a client.
  base::Result<HeldBucket> Hold(std::string_view name);

 private:
  base::Status CheckEmpty(std::string_view name, uint64_t id);
  base::Status RemoveRow(std::string_view name);

  Core& core_;
};

}  // namespace penstock::store
