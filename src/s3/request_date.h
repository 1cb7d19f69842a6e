// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"

namespace penstock::s3 {

// When a request was signed, as its headers say: x-amz-date, or else Date, in S3's form
// ("20261123T080910Z"), HTTP's or mail's. AccessDenied where there is no such time.
base::Result<base::Time> ParseRequestDate(const net::Headers& headers);

}  // namespace penstock::s3
