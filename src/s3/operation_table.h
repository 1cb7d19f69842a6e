// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// What the caller must be allowed before an operation runs.
enum class Permission {
  kSignedIn,        // nothing more; the operation leaves out what the caller may not see
  kKnowBucket,      // anything in the bucket
  kList,            // reading all keys with the prefix asked for
  kRead,            // the object, or the bucket itself
  kWrite,           // the object, or the bucket itself
  kJudgedByItself,  // depends on the body
};

struct Operation {
  std::string_view name;  // as AWS calls it: "PutObject"
  Permission permission = Permission::kSignedIn;
  base::Status (*run)(Call&) = nullptr;
};

// Which operation a request asks for, by method, address and sub-resource. MethodNotAllowed where
// there is none.
base::Result<Operation> FindOperation(const net::RequestHead& head, const RequestAddress& address,
                                      const text::Query& query);

// AccessDenied where the caller may not do this.
base::Status CheckPermission(Permission permission, const iam::Grant& grant,
                             const RequestAddress& address, const text::Query& query);

}  // namespace penstock::s3
