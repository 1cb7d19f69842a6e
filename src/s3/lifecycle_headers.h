// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/http.h"
#include "s3/call.h"

// What answers tell of the lifecycle rules that will end an object or an upload.
namespace penstock::s3 {

// x-amz-expiration: expiry-date="<HTTP date>", rule-id="<percent-encoded>". Nothing for versions
// that no rule of the bucket expires.
void AddExpiryHeader(Call& call, const store::ObjectInfo& version, net::Headers& headers);

// x-amz-abort-date and x-amz-abort-rule-id of an upload to the key.
void AddAbortHeaders(Call& call, base::Time started_at, net::Headers& headers);

}  // namespace penstock::s3
