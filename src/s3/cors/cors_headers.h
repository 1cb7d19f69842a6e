// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "net/http.h"
#include "s3/cors/cors_rules.h"

namespace penstock::s3 {

// What the response to an actual request says to the browser it came from, added to `headers`:
// nothing where no rule allows the request, which is then answered all the same.
void AddCorsHeaders(const CorsRules& rules, const net::RequestHead& request, net::Headers& headers);

// The header fields of the answer to a preflight. InvalidRequest where it is not one (no Origin, or
// no Access-Control-Request-Method), AccessForbidden where no rule allows what it asks for; `rules`
// is null where there are none.
base::Result<net::Headers> AnswerPreflight(const CorsRules* rules, const net::RequestHead& request);

}  // namespace penstock::s3
