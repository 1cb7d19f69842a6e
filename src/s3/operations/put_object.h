// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

struct StoredObject {
  store::ObjectInfo info;
  net::Headers headers;  // what the answer says about it
};

// Stores the request's body with all that its headers ask for.
base::Result<StoredObject> StoreObject(Call& call);

}  // namespace penstock::s3
