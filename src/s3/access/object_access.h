// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// Whose the object is that a request is about to write, and its ACL: by the request's ACL headers,
// the bucket's ownership and its public access block. AccessControlListNotSupported where the
// bucket has no ACLs, AccessDenied where it wants no public ones.
base::Status TakeOwnerAndAcl(Call& call, store::ObjectAttributes& attributes);

}  // namespace penstock::s3
