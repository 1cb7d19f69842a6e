// SPDX-License-Identifier: Apache-2.0
#include "net/browser_guard.h"

#include "base/encoding.h"

namespace penstock::net {
namespace {

bool IsSafe(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// "https://host:1" names "host:1".
std::string_view HostOf(std::string_view origin) {
  size_t scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? origin : origin.substr(scheme_end + 3);
}

// Behind a proxy the name that the browser used may be in another field, which a page of another
// site cannot set without being asked for permission first.
bool NamesThisServer(std::string_view host, const Headers& headers) {
  for (const char* field : {"Host", "X-Forwarded-Host"}) {
    const std::string* name = headers.Find(field);
    if (name != nullptr && base::EqualsIgnoreCase(*name, host)) return true;
  }
  return false;
}

}  // namespace

bool CameFromOwnPage(const RequestHead& head) {
  if (const std::string* site = head.headers.Find("Sec-Fetch-Site")) {
    return *site == "same-origin" || *site == "none";
  }
  const std::string* origin = head.headers.Find("Origin");
  return origin == nullptr || NamesThisServer(HostOf(*origin), head.headers);
}

base::Status CheckSameOrigin(const RequestHead& head) {
  if (IsSafe(head.method) || CameFromOwnPage(head)) return {};
  return base::Fail(base::Code::kPermissionDenied,
                    "refused: the request comes from a web page of another site");
}

}  // namespace penstock::net
