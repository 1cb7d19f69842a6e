// SPDX-License-Identifier: Apache-2.0
#include "cli/api_client.h"

#include <CLI/CLI.hpp>

#include "net/http_client.h"

namespace penstock::cli {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8888";

// The short message for people where there is one, else the long one.
std::string MessageOf(const net::ClientResponse& response) {
  auto body = text::ParseJson(response.body);
  if (!body) return "the server answered " + std::to_string(response.status);
  if (const Json* details = body->Find("details");
      details != nullptr && details->is_array() && !details->as_array().empty()) {
    std::string message = details->as_array().front().StringOr("message", "");
    if (!message.empty()) return message;
  }
  return body->StringOr("message", "the server answered " + std::to_string(response.status));
}

}  // namespace

void ApiClient::AddOptions(CLI::App& command) {
  command.add_option("--server", url_, "Address of the pipelines API")
      ->envname("PENSTOCK_API_URL")
      ->default_str(kDefaultUrl);
  command
      .add_option("--token", token_,
                  "Token for a server that asks for credentials; better in PENSTOCK_TOKEN, where "
                  "others cannot see it")
      ->envname("PENSTOCK_TOKEN")
      ->default_str("");
  command
      .add_option("--ca-file", ca_file_,
                  "PEM file of the certificates to trust instead of the system's")
      ->check(CLI::ExistingFile);
}

Result<Json> ApiClient::Send(const std::string& method, const std::string& path,
                             const Json& body) const {
  PENSTOCK_TRY(std::string answer,
               Exchange(method, path, body.is_null() ? "" : text::FormatJson(body)));
  return text::ParseJson(answer);
}

Result<std::string> ApiClient::Read(const std::string& path) const {
  return Exchange("GET", path, "");
}

Result<std::string> ApiClient::Exchange(const std::string& method, const std::string& path,
                                        const std::string& body) const {
  net::ClientRequest request;
  request.method = method;
  request.url = (url_.empty() ? kDefaultUrl : url_) + "/apis/v2beta1" + path;
  if (!token_.empty()) request.headers.Set("Authorization", "Bearer " + token_);
  if (!body.empty()) {
    request.headers.Set("Content-Type", "application/json");
    request.body = body;
  }
  net::ClientOptions options;
  options.io_timeout = std::chrono::minutes(2);
  options.max_body_bytes = size_t{256} << 20;
  options.ca_file = ca_file_;
  auto response = net::Fetch(request, options);
  if (!response) {
    return Fail(std::move(response).error().Wrap(
        "cannot ask " + request.url + " (is `penstock server` running there? see --server)"));
  }
  if (response->status == 401) {
    return Fail(Code::kUnauthenticated, MessageOf(*response) + "; put a token into PENSTOCK_TOKEN");
  }
  if (response->status >= 300) return Fail(Code::kInvalidArgument, MessageOf(*response));
  return std::move(response->body);
}

}  // namespace penstock::cli
