// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "base/result.h"
#include "net/http.h"

namespace penstock::net {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  // Without any progress; 0: as long as it takes, however slow.
  std::chrono::milliseconds io_timeout{30'000};
  size_t max_body_bytes = 16 << 20;
  std::string ca_file;  // PEM, trusted instead of the system's certificates
  // Connects to addresses of the public internet only (net/public_address.h), whatever the name
  // resolves to; kPermissionDenied where there is none.
  bool public_addresses_only = false;
  std::string unix_socket;  // connects to this path, whatever host the URL names
  int stop_fd = -1;  // once it is readable, the request is given up with kCancelled; -1: never
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https
  Headers headers;  // Host, Content-Length and Connection are added
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Sends one request on a connection of its own and waits for the whole response. Follows no
// redirects. Errors: kInvalidArgument (the URL or a header), kUnavailable (nobody answers there, or
// not with this certificate), kDeadlineExceeded, kCancelled (cut off), kResourceExhausted (the body
// is larger than allowed), kDataLoss (what came back is not HTTP/1.1).
base::Result<ClientResponse> Fetch(const ClientRequest& request, const ClientOptions& options);

// The same, but the body of an answer with a status of 2xx goes to the sink piece by piece as it
// comes, however long it is or takes; `body` stays empty then. A failure of the sink passes as it
// is.
base::Result<ClientResponse> FetchTo(const ClientRequest& request, const ClientOptions& options,
                                     base::ByteSink& sink);

// The status line and the fields, up to and with the empty line. Pure. Fills status and headers.
base::Result<ClientResponse> ParseResponseHead(std::string_view bytes);

}  // namespace penstock::net
