// SPDX-License-Identifier: Apache-2.0
#include "ui/asset_response.h"

#include <string>

#include "base/encoding.h"

namespace penstock::ui {
namespace {

// Scripts come from this server's files only, and none is inline. Styles may be: the component
// library sets its theme's variables in an element of the page. Everything the app asks for is on
// its own address, the object store included (store_gateway.h).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src blob:; "
    "frame-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'";

// Calls `visit` with each element of a comma-separated list, trimmed.
template <typename Visit>
void ForEachElement(std::string_view list, Visit visit) {
  while (!list.empty()) {
    size_t comma = list.find(',');
    visit(base::Trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// "br;q=0" is a coding that is refused; any other weight takes it.
bool IsRefused(std::string_view parameters) {
  parameters = base::Trim(parameters);
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return false;
  return parameters.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

bool Takes(std::string_view accept_encoding, std::string_view coding) {
  bool takes = false;
  ForEachElement(accept_encoding, [&](std::string_view element) {
    size_t semicolon = element.find(';');
    if (!base::EqualsIgnoreCase(base::Trim(element.substr(0, semicolon)), coding)) return;
    takes = semicolon == std::string_view::npos || !IsRefused(element.substr(semicolon + 1));
  });
  return takes;
}

std::string_view BytesOf(const Asset& asset, Encoding encoding) {
  switch (encoding) {
    case Encoding::kBrotli:
      return asset.brotli;
    case Encoding::kGzip:
      return asset.gzip;
    case Encoding::kPlain:
      break;
  }
  return asset.plain;
}

// Each form is an entity of its own.
std::string TagOf(const Asset& asset, Encoding encoding) {
  static constexpr std::string_view kSuffixes[] = {"", "-gz", "-br"};
  return "\"" + std::string(asset.digest) + std::string(kSuffixes[static_cast<size_t>(encoding)]) +
         "\"";
}

bool Has(const net::RequestHead& head, std::string_view tag) {
  const std::string* tags = head.headers.Find("If-None-Match");
  if (tags == nullptr) return false;
  bool has = false;
  ForEachElement(*tags, [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    has = has || element == tag || element == "*";
  });
  return has;
}

}  // namespace

Encoding ChooseEncoding(std::string_view accept_encoding, const Asset& asset) {
  if (!asset.brotli.empty() && Takes(accept_encoding, "br")) return Encoding::kBrotli;
  if (!asset.gzip.empty() && Takes(accept_encoding, "gzip")) return Encoding::kGzip;
  return Encoding::kPlain;
}

void AddPageHeaders(net::Headers& headers) {
  headers.Set("Content-Security-Policy", kPolicy);
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("Referrer-Policy", "no-referrer");
  headers.Set("Cross-Origin-Opener-Policy", "same-origin");
}

base::Status SendAsset(const net::RequestHead& head, const Asset& asset,
                       net::ResponseWriter& response) {
  Encoding encoding = ChooseEncoding(head.headers.GetOr("Accept-Encoding", ""), asset);
  std::string tag = TagOf(asset, encoding);
  net::Headers headers;
  AddPageHeaders(headers);
  headers.Set("ETag", tag);
  headers.Set("Vary", "Accept-Encoding");
  headers.Set("Cache-Control",
              asset.hashed_name ? "public, max-age=31536000, immutable" : "no-cache");
  if (Has(head, tag)) return response.Send(304, headers, "");
  headers.Set("Content-Type", asset.content_type);
  if (encoding == Encoding::kBrotli) headers.Set("Content-Encoding", "br");
  if (encoding == Encoding::kGzip) headers.Set("Content-Encoding", "gzip");
  return response.Send(200, headers, BytesOf(asset, encoding));
}

}  // namespace penstock::ui
