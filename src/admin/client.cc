// SPDX-License-Identifier: Apache-2.0
#include "admin/client.h"

#include "admin/errors.h"
#include "admin/routes.h"
#include "admin/signing.h"
#include "net/http_client.h"
#include "text/url.h"

namespace penstock::admin {
namespace {

using base::Fail;
using base::Result;

// Who asks by https, and trusts what the machine trusts, may lack the server's certificate.
tl::unexpected<base::Error> NoAnswer(base::Error error, std::string_view what,
                                     const ClientOptions& options) {
  std::string where = std::string(what) + " " + options.url;
  if (options.url.starts_with("https:") && options.ca_file.empty()) {
    where += " (PENSTOCK_CA or --ca names a certificate to trust)";
  }
  return Fail(std::move(error).Wrap(where));
}

}  // namespace

Result<net::ClientRequest> Client::Signed(std::string_view method, const std::string& path,
                                          const text::Json& body, const std::string& query) const {
  net::ClientRequest request;
  request.method = method;
  request.url = options_.url;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += std::string(kPathPrefix) + path + (query.empty() ? "" : "?" + query);
  if (!body.is_null()) {
    request.body = text::FormatJson(body);
    request.headers.Set("content-type", "application/json");
  }
  PENSTOCK_RETURN_IF_ERROR(SignRequest(
      request, {options_.access_key, options_.secret_key, options_.session_token}, clock_.Now()));
  return request;
}

base::Status Client::Follow(const std::string& path, const std::string& query,
                            base::ByteSink& lines) const {
  PENSTOCK_TRY(net::ClientRequest request, Signed("GET", path, nullptr, query));
  net::ClientOptions http;
  http.ca_file = options_.ca_file;
  auto response = net::FetchTo(request, http, lines);
  if (!response) return NoAnswer(std::move(response.error()), "from", options_);
  if (response->status != 200) return Fail(FromWire(response->status, response->body));
  return {};
}

Result<text::Json> Client::Send(std::string_view method, const std::string& path,
                                const text::Json& body, const std::string& query) const {
  PENSTOCK_TRY(net::ClientRequest request, Signed(method, path, body, query));
  net::ClientOptions http;
  http.ca_file = options_.ca_file;
  auto response = net::Fetch(request, http);
  if (!response) return NoAnswer(std::move(response.error()), "no answer from", options_);
  if (response->status != 200) return Fail(FromWire(response->status, response->body));
  auto json = text::ParseJson(response->body);
  if (!json) return Fail(std::move(json.error()).Wrap("the server's answer is not JSON"));
  return json;
}

}  // namespace penstock::admin
