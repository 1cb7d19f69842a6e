// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "store/bucket_cache.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// A bucket that can be neither changed nor deleted as long as this lives.
struct HeldBucket {
  BucketLocks::Shared lock;
  std::shared_ptr<const BucketInfo> info;
};

// The buckets of a store. Thread-safe.
class Buckets {
 public:
  explicit Buckets(Core& core) : core_(core), cache_(kCacheBytes) {}

  base::Status Create(std::string_view name, const CreateBucketOptions& options);
  // Only where it has no objects; uploads in progress go with it, `abort_uploads` removes them.
  template <typename AbortUploads>
  base::Status Delete(std::string_view name, AbortUploads abort_uploads) {
    BucketLocks::Exclusive lock = core_.bucket_locks.LockExclusive(name);
    PENSTOCK_TRY(auto bucket, Load(name));
    PENSTOCK_RETURN_IF_ERROR(CheckEmpty(*bucket));
    PENSTOCK_RETURN_IF_ERROR(abort_uploads(*bucket));
    return RemoveRow(*bucket);
  }
  base::Status Update(std::string_view name,
                      const std::function<base::Status(BucketInfo&)>& change);
  base::Result<BucketPage> List(const ListBucketsOptions& options);

  // Fails with no_such_bucket.
  base::Result<std::shared_ptr<const BucketInfo>> Find(std::string_view name);
  // Held for the time of a commit, never while waiting for a client.
  base::Result<HeldBucket> Hold(std::string_view name);

 private:
  static constexpr size_t kCacheBytes = size_t{8} << 20;

  // The caller holds the bucket's lock.
  base::Result<std::shared_ptr<const BucketInfo>> Load(std::string_view name);
  base::Status CheckEmpty(const BucketInfo& bucket);
  base::Status PutRow(std::shared_ptr<const BucketInfo> bucket);
  base::Status RemoveRow(const BucketInfo& bucket);

  Core& core_;
  BucketCache cache_;
};

}  // namespace penstock::store
