// SPDX-License-Identifier: Apache-2.0
#include "executor/container/docker_api.h"

#include <charconv>
#include <utility>

#include "executor/container/docker_messages.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// The newest minor version of the API, of 1.x, that this was written for. An engine that is older
// is spoken to in its own.
constexpr int kNewestMinor = 51;

Code CodeOf(int status) {
  switch (status) {
    case 400:
      return Code::kInvalidArgument;
    case 404:
      return Code::kNotFound;
    case 409:
      return Code::kAlreadyExists;
    default:
      return Code::kInternal;
  }
}

}  // namespace

Result<net::ClientResponse> DockerApi::SendRaw(const Call& call, const std::string& target) {
  net::ClientRequest request;
  request.method = call.method;
  request.url = "http://docker" + target;
  request.body = call.body;
  if (!call.body.empty()) request.headers.Add("Content-Type", "application/json");
  net::ClientOptions options;
  options.unix_socket = socket_;
  options.io_timeout = call.timeout;
  options.stop_fd = call.stop_fd;
  return call.sink == nullptr ? net::Fetch(request, options)
                              : net::FetchTo(request, options, *call.sink);
}

Result<std::string> DockerApi::Version() {
  {
    std::lock_guard lock(mutex_);
    if (!version_.empty()) return version_;
  }
  Call call;
  call.path = "/_ping";
  call.timeout = std::chrono::seconds(10);
  PENSTOCK_TRY(net::ClientResponse pong, SendRaw(call, call.path));
  const std::string newest(pong.headers.GetOr("Api-Version", ""));
  int minor = 0;
  if (pong.status != 200 || !newest.starts_with("1.") ||
      std::from_chars(newest.data() + 2, newest.data() + newest.size(), minor).ec != std::errc()) {
    return Fail(Code::kUnavailable, "what answers at " + socket_ + " is no Docker");
  }
  std::lock_guard lock(mutex_);
  version_ = "/v1." + std::to_string(std::min(minor, kNewestMinor));
  return version_;
}

Result<net::ClientResponse> DockerApi::Send(const Call& call) {
  PENSTOCK_TRY(std::string version, Version());
  return SendRaw(call, version + call.path);
}

Result<std::string> DockerApi::Ask(const Call& call) {
  PENSTOCK_TRY(net::ClientResponse response, Send(call));
  if (response.status < 400) return std::move(response.body);
  return Fail(CodeOf(response.status), DockerError(response.body));
}

Result<text::Json> DockerApi::AskJson(const Call& call) {
  PENSTOCK_TRY(std::string body, Ask(call));
  auto json = text::ParseJson(body);
  if (!json) return Fail(Code::kDataLoss, "Docker's answer is no JSON: " + json.error().message());
  return std::move(*json);
}

}  // namespace penstock::executor
