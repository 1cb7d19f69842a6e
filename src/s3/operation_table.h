// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

struct Operation {
  std::string_view name;  // as AWS calls it: "PutObject"
  // What the caller must be allowed to do, as policies name it: "s3:PutObject". Empty where the
  // operation judges that itself. More that headers ask for: access/permission.h.
  std::string_view action;
  base::Status (*run)(Call&) = nullptr;
};

// Which operation a request asks for, by method, address and sub-resource. MethodNotAllowed where
// there is none.
base::Result<Operation> FindOperation(const net::RequestHead& head, const RequestAddress& address,
                                      const text::Query& query);

// Whether a query parameter of that name chooses the operation.
bool IsSubresource(std::string_view parameter);

}  // namespace penstock::s3
