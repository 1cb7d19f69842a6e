// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "net/http.h"
#include "ui/asset.h"

namespace penstock::ui {

struct WebAppOptions {
  std::string version;
  std::string commit;
  std::string region;  // of the object store
  // The store's own address, for links that are given to others and for S3 clients.
  std::function<std::string()> s3_url;
  bool api_auth = false;  // the API asks for credentials
};

// Serves the web app on the address of the pipelines API: its files, its configuration, and its way
// to the store (store_gateway.h). Everything else is the API's. Without assets even "/" is.
std::unique_ptr<net::Handler> MakeWebApp(WebAppOptions options, std::span<const Asset> assets,
                                         net::Handler& api, net::Handler& store);

}  // namespace penstock::ui
