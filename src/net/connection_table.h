// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"
#include "net/event_loop.h"
#include "net/exchange.h"
#include "net/handler_pool.h"
#include "net/http_server.h"

namespace penstock::net {

// All connections of a server and what becomes of them: handshakes, heads, idle times, hand-over to
// the pool and back, closing. All calls come from the event loop's thread.
class ConnectionTable final : public ConnectionOwner {
 public:
  // `on_room` is called when a connection has gone or has become one that could be shed.
  ConnectionTable(const ServerOptions& options, EventLoop& loop, ExchangeContext& context,
                  HandlerPool& pool, std::function<void()> on_room);

  // Takes the descriptor over.
  void Admit(int fd, std::string peer, std::unique_ptr<Transport> transport, bool tls);
  size_t size() const { return size_; }
  bool HasIdle() const { return !List(Phase::kLinger).empty() || !List(Phase::kIdle).empty(); }
  // Closes the connection that has been idle for the longest time; false where none is idle.
  bool ShedIdle();

  // Closes what no handler is at work for.
  void BeginStop();
  // Cuts the connections of running handlers off.
  void ForceClose();
  // Handlers run, or responses are on their way.
  bool Busy() const;

  void OnReady(Connection& connection) override;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  ConnectionList& List(Phase phase) { return lists_[static_cast<size_t>(phase)]; }
  const ConnectionList& List(Phase phase) const { return lists_[static_cast<size_t>(phase)]; }

  void Enter(Connection& connection, Phase phase);
  void ExtendDeadline(Connection& connection, TimePoint now);
  void Expire();
  void ArmTimer(TimePoint deadline);

  void ContinueHandshake(Connection& connection);
  void Receive(Connection& connection);
  bool Proceed(Connection& connection);
  bool ProceedWithBody(Connection& connection);
  bool WithinBuffers(Connection& connection);
  void Wait(Connection& connection, IoResult::Outcome want);

  void Dispatch(Connection& connection);
  void Returned(Connection& connection, ConnectionUse use);
  void Refuse(Connection& connection, int status, std::string_view message);
  void Linger(Connection& connection);
  void Swallow(Connection& connection);
  void Close(Connection& connection);

  const ServerOptions options_;
  EventLoop& loop_;
  ExchangeContext& context_;
  HandlerPool& pool_;
  const std::function<void()> on_room_;
  std::array<std::chrono::milliseconds, kPhaseCount> limits_;
  // Each list is in the order of its deadlines, since its connections all have the same limit.
  std::array<ConnectionList, kPhaseCount> lists_;
  size_t size_ = 0;
  size_t buffered_ = 0;  // bytes held by the assemblers of connections that are not active
  std::vector<char> scratch_;
  EventLoop::Timer timer_;
  TimePoint timer_due_ = TimePoint::max();
};

}  // namespace penstock::net
