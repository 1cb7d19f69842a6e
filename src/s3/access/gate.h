// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "iam/decision.h"
#include "s3/access/acl.h"
#include "s3/access/bucket_rules.h"
#include "s3/access/conditions.h"
#include "s3/authenticator.h"
#include "store/object_store.h"

namespace penstock::s3 {

// Decides what the sender of one request may do: by his policies and the bucket's, and, where they
// say neither yes nor no, by ACLs. Not thread-safe.
class Gate {
 public:
  // The references must outlive the gate.
  Gate(store::ObjectStore& store, BucketRulesCache& cache, const net::Request& request,
       const text::Query& query, const Identity& identity, base::Time now)
      : store_(store),
        cache_(cache),
        identity_(identity),
        conditions_(request, query, identity, store, now) {}

  // AccessDenied where the sender may not do it; NoSuchBucket where there is no such bucket (and he
  // may not make it). `more` holds condition values that only the body tells, or is null.
  base::Status Require(std::string_view action, const AccessTarget& target,
                       const iam::MapContext* more = nullptr);
  bool Allows(std::string_view action, const AccessTarget& target,
              const iam::MapContext* more = nullptr) {
    return Require(action, target, more).has_value();
  }

  // Whether the sender may be told that there is no such object: who may list it may.
  bool MayKnowMissing(const AccessTarget& target);

  // Whether the ACL of the bucket gives the sender the permission.
  bool BucketAclAllows(AclPermission permission, std::string_view bucket);
  // The bucket as this request sees it, and its parsed settings. NoSuchBucket.
  base::Result<std::shared_ptr<const store::BucketInfo>> Bucket(std::string_view bucket);
  base::Result<BucketRulesPtr> Rules(std::string_view bucket);

  // Null for anonymous senders.
  const iam::Principal* principal() const { return identity_.principal.get(); }

 private:
  iam::Decision DecideByPolicies(std::string_view action, const AccessTarget& target,
                                 const BucketRules* rules);
  base::Result<bool> AclAllows(std::string_view action, const AccessTarget& target,
                               const BucketRules& rules);
  bool Counts(const Acl& acl, AclPermission permission, std::string_view owner,
              const BucketRules& rules) const;

  store::ObjectStore& store_;
  BucketRulesCache& cache_;
  const Identity& identity_;
  RequestConditions conditions_;
  std::shared_ptr<const store::BucketInfo> bucket_;  // the one asked for last
  BucketRulesPtr rules_;                             // of bucket_
};

}  // namespace penstock::s3
