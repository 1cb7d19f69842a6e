// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "admin/operations.h"

namespace penstock::admin {

base::Result<text::Json> GetServerInfo(Call& call) {
  const ServerFacts& facts = call.services.facts;
  auto uptime = call.services.clock.Now() - facts.started_at;
  text::Json info;
  info["version"] = facts.version;
  info["commit"] = facts.commit;
  info["region"] = facts.region;
  info["started_at"] = base::FormatRfc3339(facts.started_at);
  info["uptime_seconds"] =
      static_cast<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(uptime).count());
  return info;
}

}  // namespace penstock::admin
