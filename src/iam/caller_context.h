// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/clock.h"
#include "iam/access_request.h"

namespace penstock::iam {

// What policies may ask about any request, whatever it is for: aws:SourceIp, SecureTransport,
// CurrentTime, EpochTime and UserAgent. The peer is ADDRESS:PORT, as connections have it.
MapContext CallerContext(std::string_view peer, bool tls, std::string_view user_agent,
                         base::Time now);

}  // namespace penstock::iam
