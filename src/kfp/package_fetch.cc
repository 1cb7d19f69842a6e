// SPDX-License-Identifier: Apache-2.0
#include "kfp/package_fetch.h"

#include <algorithm>

#include "base/encoding.h"
#include "kfp/call.h"
#include "text/url.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int kMostRedirects = 5;

bool Names(const std::string& pattern, const std::string& host) {
  if (pattern.starts_with("*.")) {
    return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
  }
  return base::EqualsIgnoreCase(pattern, host);
}

std::string FileName(const std::string& url) {
  auto parsed = text::ParseUrl(url);
  if (!parsed) return "";
  size_t slash = parsed->path.rfind('/');
  std::string name = slash == std::string::npos ? parsed->path : parsed->path.substr(slash + 1);
  auto decoded = text::PercentDecode(name);
  return decoded ? *std::move(decoded) : name;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

Result<net::ClientOptions> CheckPackageUrl(const PackageUrlRules& rules, const std::string& url) {
  auto parsed = text::ParseUrl(url);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https") || parsed->host.empty()) {
    return Fail(Code::kInvalidArgument, "package_url: '" + url + "' is no https URL");
  }
  if (parsed->scheme == "http" && !rules.allow_http) {
    return Fail(Code::kPermissionDenied,
                "package_url: http is not allowed; use https, or start the server with "
                "--package-url-http");
  }
  bool listed = std::ranges::any_of(
      rules.domains, [&](const std::string& pattern) { return Names(pattern, parsed->host); });
  if (!rules.domains.empty() && !listed) {
    return Fail(Code::kPermissionDenied,
                "package_url: packages are not fetched from " + parsed->host +
                    "; the server's --package-url-domain says from where they are");
  }
  net::ClientOptions options;
  options.connect_timeout = rules.timeout;
  options.io_timeout = rules.timeout;
  options.max_body_bytes = kMaxPackageBytes;
  options.ca_file = rules.ca_file;
  options.public_addresses_only = !listed;
  return options;
}

std::string ResolveRedirect(const std::string& from, std::string_view location) {
  if (location.starts_with("http://") || location.starts_with("https://")) {
    return std::string(location);
  }
  auto base = text::ParseUrl(from);
  if (!base || location.empty()) return "";
  if (location.starts_with("//")) return base->scheme + ":" + std::string(location);
  if (location.find("://") != std::string_view::npos) return "";
  size_t host = from.find("://") + 3;
  std::string origin = from.substr(0, std::min(from.find_first_of("/?#", host), from.size()));
  if (location.starts_with('/')) return origin + std::string(location);
  std::string folder = base->path.substr(0, base->path.rfind('/') + 1);
  return origin + (folder.empty() ? "/" : folder) + std::string(location);
}

Result<FetchedPackage> FetchPackage(const PackageUrlRules& rules, const std::string& url) {
  std::string next = url;
  for (int step = 0; step <= kMostRedirects; ++step) {
    PENSTOCK_TRY(net::ClientOptions options, CheckPackageUrl(rules, next));
    net::ClientRequest request;
    request.url = next;
    request.headers.Set("Accept", "*/*");
    request.headers.Set("User-Agent", "Penstock");
    auto response = net::Fetch(request, options);
    if (!response) {
      return Fail(response.error().code(), "package_url: " + response.error().message());
    }
    if (response->status == 200) return FetchedPackage{FileName(next), std::move(response->body)};
    if (!IsRedirect(response->status)) {
      return Fail(Code::kInvalidArgument, "package_url: " + next + " answers with status " +
                                              std::to_string(response->status));
    }
    next = ResolveRedirect(next, response->headers.GetOr("Location", ""));
    if (next.empty()) break;
  }
  return Fail(Code::kInvalidArgument, "package_url: " + url + " redirects without an end");
}

}  // namespace penstock::kfp
