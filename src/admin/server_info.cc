// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "admin/operations.h"
#include "admin/request_metrics.h"
#include "sys/process_usage.h"

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

base::Result<text::Json> GetStatistics(Call& call) {
  RequestMetrics::Totals totals = call.services.request_metrics.Sum();
  text::Json requests;
  requests["answered"] = static_cast<int64_t>(totals.requests);
  requests["in_flight"] = totals.in_flight;
  requests["client_errors"] = static_cast<int64_t>(totals.client_errors);
  requests["server_errors"] = static_cast<int64_t>(totals.server_errors);
  requests["broken_off"] = static_cast<int64_t>(totals.broken_off);
  requests["bytes_in"] = static_cast<int64_t>(totals.bytes_in);
  requests["bytes_out"] = static_cast<int64_t>(totals.bytes_out);
  sys::ProcessUsage usage = sys::ReadProcessUsage();
  text::Json process;
  process["cpu_seconds"] = usage.cpu_seconds;
  process["resident_bytes"] = static_cast<int64_t>(usage.resident_bytes);
  process["open_descriptors"] = static_cast<int64_t>(usage.open_descriptors);
  process["threads"] = static_cast<int64_t>(usage.threads);
  PENSTOCK_TRY(text::Json answer, GetServerInfo(call));
  answer["requests"] = std::move(requests);
  answer["process"] = std::move(process);
  return answer;
}

base::Result<text::Json> GetConfiguration(Call& call) { return call.services.configuration; }

}  // namespace penstock::admin
