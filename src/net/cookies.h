// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "net/http.h"

namespace penstock::net {

// The first value of a cookie of that name (RFC 6265 section 4.2); "" where there is none. Pure;
// takes anything.
std::string FindCookie(const Headers& headers, std::string_view name);

struct Cookie {
  std::string_view name;
  std::string_view value;  // of letters and digits
  std::string_view path = "/";
  std::string_view same_site = "Strict";
  std::chrono::seconds lifetime{0};  // 0: the browser is to forget it
  bool secure = false;               // sent by https only
};

// As a Set-Cookie field has it. No script gets to see it.
std::string FormatCookie(const Cookie& cookie);

// Whether the browser came by https, perhaps to a proxy.
bool CameByHttps(const Request& request);

}  // namespace penstock::net
