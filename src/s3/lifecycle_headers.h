// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/http.h"
#include "store/lifecycle_rules.h"

// What answers tell of the lifecycle rules that will end an object or an upload.
namespace penstock::s3 {

// x-amz-expiration: expiry-date="<HTTP date>", rule-id="<percent-encoded>". Nothing for versions
// that no rule expires.
void AddExpiryHeader(const store::LifecycleRules& rules, const store::LifecycleDay& day,
                     const store::ObjectInfo& version, net::Headers& headers);

// x-amz-abort-date and x-amz-abort-rule-id.
void AddAbortHeaders(const store::LifecycleRules& rules, const store::LifecycleDay& day,
                     std::string_view key, base::Time started_at, net::Headers& headers);

}  // namespace penstock::s3
