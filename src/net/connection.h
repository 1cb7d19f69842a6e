// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include "net/event_loop.h"
#include "net/request_assembler.h"
#include "net/transport.h"

namespace penstock::net {

// What a connection is waiting for; each phase has one list and one time limit in the server.
enum class Phase {
  kHandshake,  // TLS
  kIdle,       // the first byte of a request
  kHead,       // the rest of a head
  kBody,       // the rest of a small body, or of one that nobody wants
  kActive,     // its handler: a pool thread alone uses it, but for the descriptor's shutdown
  kLinger,     // the peer to read its response and close
};
inline constexpr size_t kPhaseCount = 6;

struct Connection;
using ConnectionList = std::list<std::unique_ptr<Connection>>;

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void OnReady(Connection& connection) = 0;  // what its watch waited for
};

// Owned by the server's event loop, lent to one pool thread while active. The descriptor is closed
// by the event loop alone, so that its number cannot be another connection's meanwhile.
struct Connection {
  Connection(int fd_, std::string peer_, const RequestAssembler::Limits& limits, EventLoop& loop,
             ConnectionOwner& owner)
      : fd(fd_),
        peer(std::move(peer_)),
        assembler(limits),
        watch(loop, [this, &owner] { owner.OnReady(*this); }) {}
  ~Connection() {
    watch.Detach();
    close(fd);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const int fd;
  const std::string peer;  // "127.0.0.1:54321"
  bool tls = false;
  std::unique_ptr<Transport> transport;
  RequestAssembler assembler;

  // The event loop's own.
  EventLoop::Watch watch;
  Phase phase = Phase::kIdle;
  ConnectionList::iterator place;                     // in its phase's list
  std::chrono::steady_clock::time_point phase_start;  // when it came into the phase
  std::chrono::steady_clock::time_point deadline;
  uint64_t phase_bytes = 0;  // received in this phase
  size_t buffered = 0;       // counted in the server's sum
};

}  // namespace penstock::net
