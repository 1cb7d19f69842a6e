// SPDX-License-Identifier: Apache-2.0
#include "kfp/server_pages.h"

#include "kfp/json_routes.h"
#include "kfp/openapi_document.h"

namespace penstock::kfp {
namespace {

using base::Result;
using text::Json;

constexpr std::string_view kFrontPage = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Penstock</title></head>
<body>
<h1>Penstock</h1>
<p>A Kubeflow Pipelines v2 server with an S3 object store inside. Give this page's address to
<code>kfp.Client(host=…)</code>, and the other address that the server printed at its start to
S3 clients.</p>
<p>This program was built without its web app, because Node.js or npm was missing then.</p>
<ul>
<li><a href="apis/v2beta1/healthz">Health</a></li>
<li><a href="apis/v2beta1/openapi.json">The API, as OpenAPI</a></li>
<li><a href="apis/v2beta1/runs?sort_by=created_at%20desc">Runs</a></li>
<li><a href="apis/v2beta1/pipelines">Pipelines</a></li>
<li><a href="apis/v2beta1/experiments">Experiments</a></li>
</ul>
</body>
</html>
)";

// Every field is always printed, unlike in other messages.
Result<Json> HealthV1(Backend& backend, Call&) {
  Json message;
  message["commit_sha"] = backend.options.commit_sha;
  message["tag_name"] = backend.options.version;
  message["multi_user"] = false;
  return message;
}

Result<Json> Health(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json message, HealthV1(backend, call));
  message["pipeline_store"] = "database";
  return message;
}

Result<Json> OpenApi(Backend& backend, Call&) {
  return BuildOpenApi(OpenApiTexts(), backend.options.version);
}

base::Status SendFrontPage(Call&, net::ResponseWriter& response) {
  net::Headers headers;
  headers.Set("Content-Type", "text/html; charset=utf-8");
  headers.Set("Content-Security-Policy", "default-src 'none'");
  return response.Send(200, headers, kFrontPage);
}

}  // namespace

void AddServerPages(Router& router, Backend& backend) {
  JsonRoutes routes(router, backend);
  routes.Add("GET", "/apis/v2beta1/healthz", "Failed to tell the health", Health);
  routes.Add("GET", "/apis/v1beta1/healthz", "Failed to tell the health", HealthV1);
  routes.Add("GET", "/apis/v2beta1/openapi.json", "Failed to describe the API", OpenApi);
  router.Add("GET", "/", StreamAction("Failed to show the front page", SendFrontPage));
}

}  // namespace penstock::kfp
