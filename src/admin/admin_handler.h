// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "admin/call.h"
#include "net/http.h"
#include "s3/request_record.h"

namespace penstock::admin {

// What signatures of the admin API are for, where those of S3 say "s3".
inline constexpr std::string_view kService = "penstock-admin";

// Whether a request on the S3 address is for the admin API: its path begins with
// /penstock/admin/v1/ and its signature is for this service. So a bucket called `penstock` may hold
// any key, and a request that was signed for S3 can do nothing here.
bool IsAdminRequest(const net::RequestHead& head);

// Answers the admin API: JSON in, JSON out. The observer (null for none) is told of every request.
std::unique_ptr<net::Handler> MakeAdminHandler(Services services, s3::RequestObserver* observer);

}  // namespace penstock::admin
