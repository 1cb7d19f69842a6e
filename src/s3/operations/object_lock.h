// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// Whether the caller asks to lift governance retention (x-amz-bypass-governance-retention) and may,
// for this key. Where they may not, the request counts as one that does not ask. `body` holds the
// condition values of the body, or is null.
bool BypassesGovernance(Call& call, std::string_view key, const iam::MapContext* body = nullptr);

// InvalidRequest where the bucket has no object lock, NoSuchBucket where there is none.
base::Status RequireObjectLock(Call& call);

}  // namespace penstock::s3
