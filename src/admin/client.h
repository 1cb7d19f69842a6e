// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/http_client.h"
#include "text/json.h"

namespace penstock::admin {

struct ClientOptions {
  std::string url;      // of the server's S3 address: "http://127.0.0.1:9000"
  std::string ca_file;  // PEM, trusted instead of the system's certificates; may be empty
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // of temporary keys only
};

// Talks to the admin API of a running server, one request after the other.
class Client {
 public:
  // The clock must outlive the client.
  Client(ClientOptions options, const base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  // `path` behind the prefix, encoded ("/users/a%20b"); `query` encoded or empty; a null body is
  // none. Errors are those of the server (FromWire), or kUnavailable and the like where there was
  // no answer; their messages then name the URL.
  base::Result<text::Json> Send(std::string_view method, const std::string& path,
                                const text::Json& body = nullptr,
                                const std::string& query = "") const;
  // Gets lines for as long as the server sends them. A failure of the sink passes as it is.
  base::Status Follow(const std::string& path, const std::string& query,
                      base::ByteSink& lines) const;

 private:
  base::Result<net::ClientRequest> Signed(std::string_view method, const std::string& path,
                                          const text::Json& body, const std::string& query) const;

  const ClientOptions options_;
  const base::Clock& clock_;
};

}  // namespace penstock::admin
