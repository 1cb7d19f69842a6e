// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/http.h"
#include "ui/asset.h"

namespace penstock::ui {

enum class Encoding { kPlain, kGzip, kBrotli };

// The smallest form of the asset that the client takes, by its Accept-Encoding field (RFC 9110
// section 12.5.3); without one, or with one that cannot be read, the plain form.
Encoding ChooseEncoding(std::string_view accept_encoding, const Asset& asset);

// What every page and file of the app says of what a browser may do with it.
void AddPageHeaders(net::Headers& headers);

// Sends the asset, or 304 where the client has it.
base::Status SendAsset(const net::RequestHead& head, const Asset& asset,
                       net::ResponseWriter& response);

}  // namespace penstock::ui
