// SPDX-License-Identifier: Apache-2.0
#include "iam/caller_context.h"

#include <string>

namespace penstock::iam {

MapContext CallerContext(std::string_view peer, bool tls, std::string_view user_agent,
                         base::Time now) {
  MapContext context;
  context.Set("aws:SourceIp", {std::string(peer.substr(0, peer.rfind(':')))});
  context.Set("aws:SecureTransport", {tls ? "true" : "false"});
  context.Set("aws:CurrentTime", {base::FormatRfc3339(now)});
  context.Set("aws:EpochTime", {std::to_string(base::ToMicros(now) / 1'000'000)});
  context.Set("aws:UserAgent", {std::string(user_agent)});
  return context;
}

}  // namespace penstock::iam
