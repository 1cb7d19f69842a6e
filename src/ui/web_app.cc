// SPDX-License-Identifier: Apache-2.0
#include "ui/web_app.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "text/json.h"
#include "ui/artifact_page.h"
#include "ui/asset_response.h"
#include "ui/store_gateway.h"

namespace penstock::ui {
namespace {

constexpr std::string_view kConfigPath = "/penstock/ui/config.json";
constexpr std::string_view kAssetFolder = "/assets/";

// First segments of the app's own routes, which stand behind a '#'. Whoever types one without it is
// sent there.
constexpr std::string_view kRoutes[] = {
    "start",   "pipelines",  "pipeline_versions", "experiments",  "runs",
    "archive", "compare",    "recurringruns",     "recurringrun", "artifacts",
    "store",   "executions", "pipeline"};

bool IsRead(const net::RequestHead& head) { return head.method == "GET" || head.method == "HEAD"; }

bool IsRoute(std::string_view path) {
  std::string_view first = path.substr(1, path.find('/', 1) - 1);
  return std::ranges::find(kRoutes, first) != std::end(kRoutes);
}

bool WantsPage(const net::RequestHead& head) {
  return head.headers.GetOr("Accept", "").find("text/html") != std::string::npos;
}

class WebApp final : public net::Handler {
 public:
  WebApp(WebAppOptions options, std::span<const Asset> assets, net::Handler& api,
         net::Handler& store)
      : options_(std::move(options)), assets_(assets), api_(api), store_(store) {}

  void Handle(net::Request& request, net::ResponseWriter& response) override {
    if (assets_.empty()) return api_.Handle(request, response);
    if (IsStorePath(request.head.path)) return PassToStore(store_, request, response);
    if (!IsRead(request.head) || !Serve(request, response)) api_.Handle(request, response);
  }

 private:
  // False where the path is not the app's.
  bool Serve(const net::Request& request, net::ResponseWriter& response) {
    const net::RequestHead& head = request.head;
    std::string_view path = head.path == "/" ? std::string_view("/index.html") : head.path;
    if (const Asset* asset = Find(path)) {
      // What cannot be sent is the peer's affair: it is gone.
      (void)SendAsset(head, *asset, response);
      return true;
    }
    if (path == kConfigPath) {
      SendConfig(response);
    } else if (auto artifact = ArtifactOfPage(path)) {
      SendArtifactPage(api_, request, *artifact, response);
    } else if (path.starts_with(kAssetFolder)) {
      SendMissing(response);
    } else if (IsRoute(path) && WantsPage(head)) {
      SendToRoute(head, response);
    } else {
      return false;
    }
    return true;
  }

  const Asset* Find(std::string_view path) const {
    auto found = std::ranges::find(assets_, path, &Asset::path);
    return found == assets_.end() ? nullptr : &*found;
  }

  void SendConfig(net::ResponseWriter& response) const {
    text::Json config;
    config["version"] = options_.version;
    config["commit"] = options_.commit;
    config["region"] = options_.region;
    config["s3_url"] = options_.s3_url();
    config["api_auth"] = options_.api_auth;
    config["store_path"] = kStorePrefix;
    net::Headers headers;
    headers.Set("Content-Type", "application/json");
    headers.Set("Cache-Control", "no-store");
    (void)response.Send(200, std::move(headers), text::FormatJson(config) + "\n");
  }

  // A page of another build asks for its files: it has to be loaded anew.
  static void SendMissing(net::ResponseWriter& response) {
    net::Headers headers;
    headers.Set("Content-Type", "text/plain; charset=utf-8");
    headers.Set("Cache-Control", "no-store");
    (void)response.Send(404, std::move(headers), "No such file; load the page again.\n");
  }

  static void SendToRoute(const net::RequestHead& head, net::ResponseWriter& response) {
    net::Headers headers;
    AddPageHeaders(headers);
    headers.Set("Location",
                "/#" + head.path + (head.query.empty() ? std::string() : "?" + head.query));
    (void)response.Send(302, std::move(headers), "");
  }

  const WebAppOptions options_;
  const std::span<const Asset> assets_;
  net::Handler& api_;
  net::Handler& store_;
};

}  // namespace

std::unique_ptr<net::Handler> MakeWebApp(WebAppOptions options, std::span<const Asset> assets,
                                         net::Handler& api, net::Handler& store) {
  return std::make_unique<WebApp>(std::move(options), assets, api, store);
}

}  // namespace penstock::ui
