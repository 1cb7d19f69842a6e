// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/http.h"

namespace penstock::ui {

// The way of the web app to the object store and its administration: /penstock/s3/BUCKET/KEY on the
// app's own address is /BUCKET/KEY on the store's, so that a browser needs neither a second address
// nor CORS. Signatures are of the path without the prefix, and of the app's host name.
//
// Objects are foreign bytes on the app's address. So every request must be signed, and no response
// can act as a page: browsers save what is navigated to, and run none of it.
inline constexpr std::string_view kStorePrefix = "/penstock/s3";

bool IsStorePath(std::string_view path);

void PassToStore(net::Handler& store, const net::Request& request, net::ResponseWriter& response);

}  // namespace penstock::ui
