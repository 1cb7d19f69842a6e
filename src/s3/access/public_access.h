// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::s3 {

// What a bucket refuses to be made public by (Amazon S3 API reference,
// "PublicAccessBlockConfiguration").
struct PublicAccessBlock {
  bool block_public_acls = false;        // new ACLs that are public are refused
  bool ignore_public_acls = false;       // grants to groups do not count
  bool block_public_policy = false;      // new policies that are public are refused
  bool restrict_public_buckets = false;  // a public policy allows nothing to strangers

  friend bool operator==(const PublicAccessBlock&, const PublicAccessBlock&) = default;
};

base::Result<PublicAccessBlock> ParsePublicAccessBlock(std::string_view xml);
std::string WritePublicAccessBlock(const PublicAccessBlock& block);

// Whose the objects of a bucket are, and whether ACLs count.
enum class Ownership {
  kObjectWriter,          // the writer's; what holds where nothing was set
  kBucketOwnerPreferred,  // the bucket owner's, if the writer gives them away by a canned ACL
  kBucketOwnerEnforced,   // the bucket owner's; there are no ACLs
};

std::string_view OwnershipName(Ownership ownership);  // "BucketOwnerEnforced"
// InvalidArgument where there is no such kind.
base::Result<Ownership> OwnershipByName(std::string_view name);

base::Result<Ownership> ParseOwnershipControls(std::string_view xml);
std::string WriteOwnershipControls(Ownership ownership);

}  // namespace penstock::s3
