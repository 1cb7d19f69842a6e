// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "admin/call.h"
#include "net/http.h"

namespace penstock::admin {

// Who may read the metrics without a signature.
struct MetricsAccess {
  // Sent as "Authorization: Bearer …"; empty for none. A secret.
  std::string token;
};

// Whether a request on the S3 address asks for metrics, and may: GET /metrics (or
// /minio/v2/metrics/cluster, where MinIO has them) without a query, either with the token or from
// this machine itself with no proxy in between. Anything else is left to S3, so that a bucket
// called `metrics` answers all that is signed.
bool MaySeeMetrics(const net::Request& request, const MetricsAccess& access);

// All numbers, in Prometheus' text format. Bounded: buckets beyond a thousand are left out.
std::string MetricsText(const Services& services);

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace penstock::admin
