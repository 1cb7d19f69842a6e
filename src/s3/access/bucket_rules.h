// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>

#include "base/result.h"
#include "iam/policy.h"
#include "s3/access/acl.h"
#include "s3/access/public_access.h"
#include "s3/cors/cors_rules.h"
#include "store/lifecycle_rules.h"
#include "store/object_store.h"

namespace penstock::s3 {

// What a bucket's settings say about who may do what, parsed.
struct BucketRules {
  iam::PolicyPtr policy;  // null where there is none
  bool policy_is_public = false;
  Acl acl;  // no grants where none was ever set: what owners grant themselves says nothing
  PublicAccessBlock block;
  Ownership ownership = Ownership::kObjectWriter;
  std::shared_ptr<const CorsRules> cors;  // null where there are none
  store::LifecycleRules lifecycle;

  bool has_acls() const { return ownership != Ownership::kBucketOwnerEnforced; }
};

using BucketRulesPtr = std::shared_ptr<const BucketRules>;

// Fails where a setting cannot be read: what nobody understands must not open anything.
base::Result<BucketRulesPtr> ParseBucketRules(const store::BucketInfo& bucket);

// Keeps the rules of the buckets used last, by their revision. Thread-safe.
class BucketRulesCache {
 public:
  base::Result<BucketRulesPtr> Get(const store::BucketInfo& bucket);

 private:
  struct Entry {
    uint64_t revision = 0;
    BucketRulesPtr rules;
  };
  static constexpr size_t kMaxEntries = 1024;

  std::shared_mutex mutex_;
  std::map<uint64_t, Entry> entries_;  // by the bucket's id
};

}  // namespace penstock::s3
