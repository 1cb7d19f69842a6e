// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "net/http.h"

namespace penstock::net {

struct ServerOptions {
  std::string address = "127.0.0.1";  // a name or an address; "::" takes IPv4 too
  uint16_t port = 0;                  // 0: the system chooses; see HttpServer::port()
  size_t max_handlers = 128;          // requests being handled at once; more wait their turn
  size_t max_slow_handlers = 1024;    // besides these, requests that wait for a slow peer
  // Lowered to a third of the descriptors that the process may have, so that files remain.
  size_t max_connections = 10'000;
  size_t max_head_bytes = 64 << 10;
  // A body up to this size (with a Content-Length) is received before its handler runs, so that a
  // slow sender costs no thread.
  size_t max_preread_bytes = 64 << 10;
  // What all connections without a handler may hold together of half-sent requests.
  size_t max_buffered_bytes = 256 << 20;
  std::chrono::milliseconds head_timeout{15'000};   // from the first byte to the end of a head
  std::chrono::milliseconds idle_timeout{120'000};  // between requests
  std::chrono::milliseconds io_timeout{30'000};     // without any progress in a body
  // Once a peer has been waited for this long in one body, it must average the rate.
  std::chrono::milliseconds trickle_grace{30'000};
  uint64_t min_bytes_per_second = 1024;
  // How long a connection that is to be closed goes on swallowing what the peer still sends, so
  // that the peer gets to read its response rather than a reset.
  std::chrono::milliseconds linger_timeout{5'000};
  // How long a pool thread waits on a connection for its next request before it hands the
  // connection back to the event loop; see docs/decisions/0001-net-handover.md.
  std::chrono::milliseconds keep_thread{1};
  std::string tls_certificate_file;  // PEM; both or neither
  std::string tls_key_file;
  const base::Clock* clock = nullptr;  // for Date; the system's where null
};

// An HTTP/1.1 server. One event-loop thread accepts, waits for heads and holds idle connections, so
// that thousands of them cost no thread; a handler then runs on a pool thread and reads and writes
// the socket directly. Created listening; Stop (or destruction) stops accepting, lets running
// handlers end within the grace period, then closes what is left. Thread-safe.
class HttpServer {
 public:
  // `handler` and `logger` must outlive the server.
  static base::Result<std::unique_ptr<HttpServer>> Listen(const ServerOptions& options,
                                                          Handler& handler, base::Logger& logger);
  virtual ~HttpServer() = default;
  virtual uint16_t port() const = 0;
  // Returns once all handlers have: after the grace period their reads and writes fail, so a
  // handler must come to an end when they do. Not to be called by a handler.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
  // Reads the certificate and key files again; connections made from then on use them. On an error
  // the old ones stay.
  virtual base::Status ReloadTls() = 0;
};

}  // namespace penstock::net
