// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "store/object_store.h"

namespace penstock::s3 {

enum class PreconditionOutcome { kProceed, kNotModified, kFailed };

// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a read, in the precedence
// of RFC 9110 section 13.2.2. `prefix` is "" or "x-amz-copy-source-". Dates that cannot be read are
// ignored.
PreconditionOutcome CheckPreconditions(const net::Headers& headers, std::string_view prefix,
                                       std::string_view etag, base::Time modified_at);

// Whether a Range header counts, given If-Range (RFC 9110 section 13.1.5).
bool RangeApplies(const net::Headers& headers, std::string_view etag, base::Time modified_at);

// If-Match and If-None-Match of a write: one ETag each, or "*".
store::WriteCondition ParseWriteCondition(const net::Headers& headers);

// The conditions of a delete: a size in bytes, and a time as HTTP or RFC 3339 writes it. Both fail
// with InvalidArgument.
base::Result<uint64_t> ParseSizeCondition(std::string_view text);
base::Result<base::Time> ParseTimeCondition(std::string_view text);

std::string_view Unquote(std::string_view etag);

}  // namespace penstock::s3
