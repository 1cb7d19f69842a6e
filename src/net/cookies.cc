// SPDX-License-Identifier: Apache-2.0
#include "net/cookies.h"

#include <algorithm>

#include "base/encoding.h"

namespace penstock::net {

std::string FindCookie(const Headers& headers, std::string_view name) {
  for (const auto& [field, value] : headers.items()) {
    if (!base::EqualsIgnoreCase(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      size_t end = std::min(rest.find(';'), rest.size());
      std::string_view cookie = base::Trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (cookie.starts_with(name) && cookie.substr(name.size()).starts_with('=')) {
        return std::string(cookie.substr(name.size() + 1));
      }
    }
  }
  return "";
}

std::string FormatCookie(const Cookie& cookie) {
  std::string text;
  text.append(cookie.name).append("=").append(cookie.value);
  text.append("; Path=").append(cookie.path);
  text.append("; Max-Age=").append(std::to_string(cookie.lifetime.count()));
  text.append("; HttpOnly; SameSite=").append(cookie.same_site);
  return cookie.secure ? text + "; Secure" : text;
}

// Who makes the field up marks a cookie of its own.
bool CameByHttps(const Request& request) {
  return request.tls ||
         base::EqualsIgnoreCase(request.head.headers.GetOr("x-forwarded-proto", ""), "https");
}

}  // namespace penstock::net
