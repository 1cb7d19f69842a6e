// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace penstock::ui {

// The id in "/penstock/ui/artifacts/ID/page", or nothing where the path is another.
std::optional<std::string> ArtifactOfPage(std::string_view path);

// An artifact that is an HTML page, as one: for a frame of the web app. Its scripts run in an
// origin of their own, which can neither read this server nor send what the page holds to another;
// libraries may be loaded from https addresses, as plots do.
void SendArtifactPage(net::Handler& api, const net::Request& request, const std::string& id,
                      net::ResponseWriter& response);

}  // namespace penstock::ui
