// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iam/access_request.h"

namespace penstock::iam {

// What the key of a running task may do in the store. A prefix names whole path segments:
// "bucket/a" covers "bucket/a" and all below "bucket/a/", but not "bucket/ab"; "bucket" alone
// covers the bucket itself.
struct Grant {
  std::vector<std::string> read_prefixes;
  std::vector<std::string> write_prefixes;
};

enum class Access { kRead, kWrite };

// Whether the grant covers bucket/key. A key of "" means the bucket itself, which only a grant of
// the whole bucket covers.
bool Allows(const Grant& grant, Access access, std::string_view bucket, std::string_view key);

// Whether the grant covers all keys that begin with `prefix`. "a" alone is not covered by a grant
// of "bucket/a", since it would also list "ab"; "a/" is.
bool AllowsListing(const Grant& grant, std::string_view bucket, std::string_view prefix);

// Whether the grant covers anything at all in the bucket: enough to learn that it exists and where.
bool AllowsSomethingIn(const Grant& grant, std::string_view bucket);

// The same questions asked in the words of policies: s3 actions on arn:aws:s3:::bucket/key, the
// listed prefix as condition key s3:prefix. s3:HeadBucket is the question whether a bucket exists.
bool GrantAllows(const Grant& grant, const AccessRequest& request);

}  // namespace penstock::iam
