// SPDX-License-Identifier: Apache-2.0
#include "server/http_documents.h"

#include <chrono>

#include "base/encoding.h"
#include "net/http_client.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxBytes = 1 << 20;
constexpr std::chrono::seconds kTimeout{5};
constexpr size_t kShownOfAnswers = 200;

Result<net::ClientResponse> Send(net::ClientRequest request, const std::string& ca_file) {
  net::ClientOptions options;
  options.connect_timeout = kTimeout;
  options.io_timeout = kTimeout;
  options.max_body_bytes = kMaxBytes;
  options.ca_file = ca_file;
  request.headers.Set("Accept", "application/json");
  auto response = net::Fetch(request, options);
  if (response) return response;
  return Fail(Code::kUnavailable, request.url + ": " + response.error().message());
}

std::string Said(const std::string& url, const net::ClientResponse& response) {
  return url + " answered " + std::to_string(response.status) + ": " +
         response.body.substr(0, kShownOfAnswers);
}

}  // namespace

Result<std::string> HttpDocuments::Get(const std::string& url) {
  net::ClientRequest request;
  request.url = url;
  PENSTOCK_TRY(net::ClientResponse response, Send(std::move(request), ca_file_));
  if (response.status != 200) return Fail(Code::kUnavailable, Said(url, response));
  return std::move(response.body);
}

Result<std::string> HttpDocuments::PostForm(const std::string& url, const std::string& form,
                                            const std::string& user, const std::string& password) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = url;
  request.body = form;
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  if (!user.empty()) {
    request.headers.Set("Authorization", "Basic " + base::Base64Encode(user + ":" + password));
  }
  PENSTOCK_TRY(net::ClientResponse response, Send(std::move(request), ca_file_));
  if (response.status == 400 || response.status == 401) {
    return Fail(Code::kPermissionDenied, Said(url, response));
  }
  if (response.status != 200) return Fail(Code::kUnavailable, Said(url, response));
  return std::move(response.body);
}

}  // namespace penstock::server
