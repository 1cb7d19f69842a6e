// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "net/http.h"

namespace penstock::net {

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;          // 0: the system chooses; see HttpServer::port()
  size_t max_handlers = 128;  // requests being handled at once; more wait their turn
  size_t max_connections = 10'000;
  size_t max_head_bytes = 64 << 10;
  std::chrono::milliseconds head_timeout{15'000};   // from the first byte to the end of a head
  std::chrono::milliseconds idle_timeout{120'000};  // between requests
  std::chrono::milliseconds io_timeout{30'000};     // without any progress in a body
  std::string tls_certificate_file;                 // PEM; both or neither
  std::string tls_key_file;
};

// An HTTP/1.1 server. One event-loop thread accepts, waits for heads and holds idle connections, so
// that thousands of them cost no thread; a handler then runs on a pool thread and reads and writes
// the socket directly. Created listening; Stop (or destruction) stops accepting, lets running
// handlers end within the grace period, then closes what is left.
class HttpServer {
 public:
  // `handler` and `logger` must outlive the server.
  static base::Result<std::unique_ptr<HttpServer>> Listen(const ServerOptions& options,
                                                          Handler& handler, base::Logger& logger);
  virtual ~HttpServer() = default;
  virtual uint16_t port() const = 0;
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace penstock::net
