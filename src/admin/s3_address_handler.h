// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "admin/metrics_page.h"
#include "net/http.h"

namespace penstock::admin {

// What shares the S3 address: each request goes to the admin API, to the metrics or to S3.
// The references must outlive it.
std::unique_ptr<net::Handler> MakeS3AddressHandler(const Services& services, MetricsAccess access,
                                                   net::Handler& admin, net::Handler& s3);

}  // namespace penstock::admin
