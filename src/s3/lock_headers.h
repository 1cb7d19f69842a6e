// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "store/object_types.h"

namespace penstock::s3 {

// Reads x-amz-object-lock-mode, -retain-until-date and -legal-hold of a write. InvalidArgument
// where one of the first two is missing, the date is not in the future, or a value is unknown.
base::Status ParseLockHeaders(const net::Headers& headers, base::Time now,
                              store::ObjectAttributes& out);

// The same fields of an answer, as far as the version has them.
void AddLockHeaders(const store::ObjectAttributes& attributes, net::Headers& headers);

// "GOVERNANCE" or "COMPLIANCE"; the mode must not be kNone.
std::string_view RetentionModeName(store::RetentionMode mode);
// kNone where the name is unknown; case counts.
store::RetentionMode RetentionModeByName(std::string_view name);

// Fails with InvalidArgument where `until` has passed already.
base::Status CheckRetainUntil(base::Time until, base::Time now);

}  // namespace penstock::s3
