// SPDX-License-Identifier: Apache-2.0
#include "net/connection_table.h"

#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace penstock::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Outcome = IoResult::Outcome;

constexpr size_t kScratchBytes = 64 << 10;
constexpr int kSwallowBurst = 16;  // reads in a row before other connections get their turn

std::array<milliseconds, kPhaseCount> PhaseLimits(const ServerOptions& options) {
  std::array<milliseconds, kPhaseCount> limits{};
  auto set = [&](Phase phase, milliseconds limit) { limits[static_cast<size_t>(phase)] = limit; };
  set(Phase::kHandshake, options.head_timeout);
  set(Phase::kIdle, options.idle_timeout);
  set(Phase::kHead, options.head_timeout);
  set(Phase::kBody, options.io_timeout);
  set(Phase::kLinger, options.linger_timeout);
  return limits;
}

}  // namespace

ConnectionTable::ConnectionTable(const ServerOptions& options, EventLoop& loop,
                                 ExchangeContext& context, HandlerPool& pool,
                                 std::function<void()> on_room)
    : options_(options),
      loop_(loop),
      context_(context),
      pool_(pool),
      on_room_(std::move(on_room)),
      limits_(PhaseLimits(options)),
      scratch_(kScratchBytes),
      timer_(loop, [this] { Expire(); }) {}

void ConnectionTable::Admit(int fd, std::string peer, std::unique_ptr<Transport> transport,
                            bool tls) {
  RequestAssembler::Limits limits{options_.max_head_bytes, options_.max_preread_bytes};
  Phase phase = tls ? Phase::kHandshake : Phase::kIdle;
  auto& list = List(phase);
  list.push_back(std::make_unique<Connection>(fd, std::move(peer), limits, loop_, *this));
  Connection& connection = *list.back();
  connection.place = std::prev(list.end());
  connection.phase = phase;
  connection.tls = tls;
  connection.transport = std::move(transport);
  ++size_;
  Enter(connection, phase);
  Wait(connection, Outcome::kWantRead);
}

bool ConnectionTable::ShedIdle() {
  for (Phase phase : {Phase::kLinger, Phase::kIdle}) {
    if (List(phase).empty()) continue;
    Close(*List(phase).front());
    return true;
  }
  return false;
}

void ConnectionTable::BeginStop() {
  for (Phase phase : {Phase::kHandshake, Phase::kIdle, Phase::kHead, Phase::kBody}) {
    while (!List(phase).empty()) Close(*List(phase).front());
  }
}

void ConnectionTable::ForceClose() {
  while (!List(Phase::kLinger).empty()) Close(*List(Phase::kLinger).front());
  // The pool thread has the transport; the descriptor alone is safe to touch from here.
  for (auto& connection : List(Phase::kActive)) shutdown(connection->fd, SHUT_RDWR);
}

bool ConnectionTable::Busy() const {
  return !List(Phase::kActive).empty() || !List(Phase::kLinger).empty();
}

void ConnectionTable::OnReady(Connection& connection) {
  switch (connection.phase) {
    case Phase::kHandshake:
      return ContinueHandshake(connection);
    case Phase::kIdle:
    case Phase::kHead:
    case Phase::kBody:
      return Receive(connection);
    case Phase::kLinger:
      return Swallow(connection);
    case Phase::kActive:
      return;
  }
}

void ConnectionTable::Enter(Connection& connection, Phase phase) {
  auto& list = List(phase);
  list.splice(list.end(), List(connection.phase), connection.place);
  connection.phase = phase;
  connection.phase_bytes = 0;
  connection.phase_start = steady_clock::now();
  if (phase != Phase::kActive) ExtendDeadline(connection, connection.phase_start);
  if (phase == Phase::kIdle || phase == Phase::kLinger) on_room_();
}

void ConnectionTable::ExtendDeadline(Connection& connection, TimePoint now) {
  auto& list = List(connection.phase);
  list.splice(list.end(), list, connection.place);
  connection.deadline = now + limits_[static_cast<size_t>(connection.phase)];
  ArmTimer(connection.deadline);
}

void ConnectionTable::ArmTimer(TimePoint deadline) {
  if (deadline >= timer_due_) return;
  timer_due_ = deadline;
  timer_.Set(deadline);
}

void ConnectionTable::Expire() {
  timer_due_ = TimePoint::max();
  TimePoint now = steady_clock::now();
  for (Phase phase :
       {Phase::kHandshake, Phase::kIdle, Phase::kHead, Phase::kBody, Phase::kLinger}) {
    auto& list = List(phase);
    while (!list.empty() && list.front()->deadline <= now) {
      if (phase == Phase::kHead || phase == Phase::kBody) {
        Refuse(*list.front(), 408, "the request did not come in whole in time");
      } else {
        Close(*list.front());
      }
    }
    if (!list.empty()) ArmTimer(list.front()->deadline);
  }
}

void ConnectionTable::ContinueHandshake(Connection& connection) {
  IoResult result = connection.transport->Handshake();
  if (result.outcome == Outcome::kDone) {
    Enter(connection, Phase::kIdle);
    return Receive(connection);
  }
  Wait(connection, result.outcome);
}

void ConnectionTable::Receive(Connection& connection) {
  while (true) {
    IoResult result = connection.transport->Read(scratch_);
    if (result.outcome != Outcome::kDone) return Wait(connection, result.outcome);
    connection.assembler.Append(std::string_view(scratch_.data(), result.bytes));
    connection.phase_bytes += result.bytes;
    if (!Proceed(connection)) return;
    // A short read has emptied the socket.
    if (result.bytes < scratch_.size() && !connection.transport->HasPending()) {
      return Wait(connection, Outcome::kWantRead);
    }
  }
}

// Acts on what the assembler has; true where more bytes are to be waited for.
bool ConnectionTable::Proceed(Connection& connection) {
  using State = RequestAssembler::State;
  State state = connection.assembler.Examine();
  Phase phase = connection.phase;
  switch (state) {
    case State::kReady:
      Dispatch(connection);
      return false;
    case State::kRefused: {
      const auto refusal = connection.assembler.refusal();
      Refuse(connection, refusal.status, refusal.message);
      return false;
    }
    case State::kIdle:
      if (phase != Phase::kIdle) Enter(connection, Phase::kIdle);
      connection.assembler.Shrink();
      return WithinBuffers(connection);
    case State::kHead:
      if (phase != Phase::kHead) Enter(connection, Phase::kHead);
      return WithinBuffers(connection);
    case State::kBody:
    case State::kSkipping:
      if (phase != Phase::kBody) Enter(connection, Phase::kBody);
      return ProceedWithBody(connection) && WithinBuffers(connection);
  }
  return false;
}

bool ConnectionTable::ProceedWithBody(Connection& connection) {
  TimePoint now = steady_clock::now();
  auto elapsed = std::chrono::duration_cast<milliseconds>(now - connection.phase_start);
  auto wanted = options_.min_bytes_per_second * static_cast<uint64_t>(elapsed.count()) / 1000;
  if (elapsed > options_.trickle_grace && connection.phase_bytes < wanted) {
    Refuse(connection, 408, "the request's body comes too slowly");
    return false;
  }
  ExtendDeadline(connection, now);
  return true;
}

bool ConnectionTable::WithinBuffers(Connection& connection) {
  size_t held = connection.assembler.bytes().size();
  buffered_ += held - connection.buffered;
  connection.buffered = held;
  if (held == 0 || buffered_ <= options_.max_buffered_bytes) return true;
  Refuse(connection, 503, "too many requests are only half sent; try again later");
  return false;
}

void ConnectionTable::Wait(Connection& connection, Outcome want) {
  bool read = want == Outcome::kWantRead;
  bool waits = (read || want == Outcome::kWantWrite) &&
               connection.watch.Wait(connection.fd, read ? EventLoop::Readiness::kRead
                                                         : EventLoop::Readiness::kWrite);
  if (!waits) Close(connection);
}

void ConnectionTable::Dispatch(Connection& connection) {
  connection.watch.Detach();
  buffered_ -= std::exchange(connection.buffered, 0);
  Enter(connection, Phase::kActive);
  pool_.Submit([this, &connection] {
    ConnectionUse use = RunExchanges(connection, context_, pool_);
    loop_.Post([this, &connection, use] { Returned(connection, use); });
  });
}

void ConnectionTable::Returned(Connection& connection, ConnectionUse use) {
  if (use == ConnectionUse::kClose || context_.abandoned) return Close(connection);
  if (use == ConnectionUse::kLinger || context_.stopping) return Linger(connection);
  if (!Proceed(connection)) return;
  if (connection.transport->HasPending()) return Receive(connection);
  Wait(connection, Outcome::kWantRead);
}

void ConnectionTable::Refuse(Connection& connection, int status, std::string_view message) {
  context_.logger.Debug("request refused",
                        {{"peer", connection.peer}, {"status", status}, {"reason", message}});
  std::string text = RefusalText(status, message, context_.clock);
  std::string_view piece = text;
  // One attempt: an answer this small fits the socket's buffer unless the peer reads nothing.
  connection.transport->Write(std::span(&piece, 1));
  Linger(connection);
}

// Closing at once would reset the connection if the peer is still sending, and a reset can overtake
// the response.
void ConnectionTable::Linger(Connection& connection) {
  connection.transport->ShutdownWrite();
  buffered_ -= std::exchange(connection.buffered, 0);
  std::string().swap(connection.assembler.bytes());
  Enter(connection, Phase::kLinger);
  Swallow(connection);
}

void ConnectionTable::Swallow(Connection& connection) {
  for (int i = 0; i < kSwallowBurst; ++i) {
    ssize_t count = recv(connection.fd, scratch_.data(), scratch_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
    if (count <= 0) return Close(connection);
  }
  Wait(connection, Outcome::kWantRead);
}

void ConnectionTable::Close(Connection& connection) {
  buffered_ -= connection.buffered;
  --size_;
  List(connection.phase).erase(connection.place);
  on_room_();
}

}  // namespace penstock::net
