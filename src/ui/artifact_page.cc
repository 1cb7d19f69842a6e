// SPDX-License-Identifier: Apache-2.0
#include "ui/artifact_page.h"

#include "ui/rewritten_response.h"

namespace penstock::ui {
namespace {

constexpr std::string_view kPolicy =
    "sandbox allow-scripts; default-src 'none'; "
    "script-src 'unsafe-inline' 'unsafe-eval' https: data: blob:; "
    "style-src 'unsafe-inline' https: data:; font-src https: data:; img-src data: blob:; "
    "media-src data: blob:; connect-src 'none'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'";

void MakePage(int status, net::Headers& headers) {
  if (status != 200) return;
  headers.Set("Content-Type", "text/html; charset=utf-8");
  headers.Set("Content-Security-Policy", kPolicy);
  headers.Set("Referrer-Policy", "no-referrer");
  headers.Remove("Content-Disposition");
}

}  // namespace

std::optional<std::string> ArtifactOfPage(std::string_view path) {
  constexpr std::string_view kBefore = "/penstock/ui/artifacts/";
  constexpr std::string_view kAfter = "/page";
  if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) return std::nullopt;
  path.remove_prefix(kBefore.size());
  if (path.size() <= kAfter.size()) return std::nullopt;
  path.remove_suffix(kAfter.size());
  if (path.find_first_of("/:") != std::string_view::npos) return std::nullopt;
  return std::string(path);
}

void SendArtifactPage(net::Handler& api, const net::Request& request, const std::string& id,
                      net::ResponseWriter& response) {
  net::Request inner = WithPath(request, "/apis/v2beta1/artifacts/" + id + ":download");
  RewrittenResponse page(response, MakePage);
  api.Handle(inner, page);
}

}  // namespace penstock::ui
