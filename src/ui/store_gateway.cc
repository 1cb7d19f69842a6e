// SPDX-License-Identifier: Apache-2.0
#include "ui/store_gateway.h"

#include <string>

#include "ui/rewritten_response.h"

namespace penstock::ui {
namespace {

// Whether it claims to be signed; the store checks the claim.
bool ClaimsSignature(const net::RequestHead& head) {
  return head.headers.GetOr("Authorization", "").starts_with("AWS4-HMAC-SHA256 ") ||
         head.query.find("X-Amz-Signature=") != std::string::npos;
}

void MakeHarmless(net::Headers& headers) {
  std::string disposition = headers.GetOr("Content-Disposition", "");
  size_t parameters = disposition.find(';');
  headers.Set("Content-Disposition",
              "attachment" + (parameters == std::string::npos ? std::string()
                                                              : disposition.substr(parameters)));
  headers.Set("Content-Security-Policy", "sandbox; default-src 'none'");
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace

bool IsStorePath(std::string_view path) {
  return path.starts_with(kStorePrefix) && path.substr(kStorePrefix.size()).starts_with('/');
}

void PassToStore(net::Handler& store, const net::Request& request, net::ResponseWriter& response) {
  if (!ClaimsSignature(request.head)) {
    net::Headers headers;
    headers.Set("Content-Type", "text/plain; charset=utf-8");
    response.Send(403, std::move(headers),
                  "Requests to the store under this path must be signed with its keys. Other S3 "
                  "clients use the store's own address.\n");
    return;
  }
  net::Request inner = WithPath(request, request.head.path.substr(kStorePrefix.size()));
  RewrittenResponse harmless(response, [](int, net::Headers& headers) { MakeHarmless(headers); });
  store.Handle(inner, harmless);
}

}  // namespace penstock::ui
