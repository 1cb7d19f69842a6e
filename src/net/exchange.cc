// SPDX-License-Identifier: Apache-2.0
#include "net/exchange.h"

#include <array>
#include <exception>
#include <utility>

#include "net/request_body.h"

namespace penstock::net {
namespace {

// Nothing of ours throws, but memory can run out; that must cost one request, not the process.
void CallHandler(ExchangeContext& context, Request& request, ResponseStream& response) {
  const std::string method = request.head.method;
  const std::string path = request.head.path;
  auto log = [&](std::string_view what, std::string_view reason) {
    // Without the query, which may hold a signature.
    context.logger.Error(what, {{"request", request.id},
                                {"method", method},
                                {"path", path},
                                {"peer", request.peer},
                                {"reason", reason}});
  };
  try {
    context.handler.Handle(request, response);
  } catch (const std::exception& e) {
    log("a handler threw an exception", e.what());
    if (response.started()) response.Abort();
    return;
  }
  if (!response.started()) log("a handler gave no response", "");
}

ConnectionUse RunExchange(Connection& connection, ExchangeContext& context) {
  Request request;
  request.head = connection.assembler.TakeHead();
  request.peer = connection.peer;
  request.tls = connection.tls;
  request.tls_version = connection.transport->TlsVersion();
  request.id = context.NextId();
  BlockingStream stream(connection.fd, *connection.transport, context.limits);
  RequestBody body(request.head, stream, connection.assembler.bytes());
  request.body = &body;
  ResponseStream response(request.head, body, stream, context.clock, !context.stopping);
  CallHandler(context, request, response);
  ConnectionUse use = response.Finish();
  if (use == ConnectionUse::kKeep) connection.assembler.Skip(body.Remaining().value_or(0));
  return use;
}

bool WaitForNext(Connection& connection, ExchangeContext& context) {
  bool wait = ++context.kept <= context.most_kept;
  BlockingStream stream(connection.fd, *connection.transport, context.limits);
  bool readable = stream.WaitReadable(wait ? context.keep_thread : std::chrono::milliseconds(0));
  --context.kept;
  return readable;
}

// Whether the next request is here whole, waiting for it a little. The connection may turn out to
// be over meanwhile: then `use` says so.
bool NextIsHere(Connection& connection, ExchangeContext& context, ConnectionUse& use) {
  using State = RequestAssembler::State;
  State state = connection.assembler.Examine();
  if (state != State::kIdle) return state == State::kReady;
  if (!WaitForNext(connection, context)) return false;
  std::array<char, 16 << 10> buffer;
  IoResult result = connection.transport->Read(buffer);
  if (result.outcome == IoResult::Outcome::kEnd || result.outcome == IoResult::Outcome::kFailed) {
    use = ConnectionUse::kClose;
    return false;
  }
  connection.assembler.Append(std::string_view(buffer.data(), result.bytes));
  return connection.assembler.Examine() == State::kReady;
}

}  // namespace

std::string ExchangeContext::NextId() {
  // splitmix64's finaliser: a bijection, so different counts give different ids.
  uint64_t x = next_id_.fetch_add(1, std::memory_order_relaxed);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  std::string id(16, '0');
  for (size_t i = id.size(); i-- > 0; x >>= 4) id[i] = "0123456789abcdef"[x & 15];
  return id;
}

ConnectionUse RunExchanges(Connection& connection, ExchangeContext& context,
                           const HandlerPool& pool) {
  while (true) {
    if (context.abandoned) return ConnectionUse::kClose;
    ConnectionUse use = RunExchange(connection, context);
    if (use != ConnectionUse::kKeep || context.stopping) return use;
    // Others wait for a thread: the next request of this connection goes behind them.
    if (pool.HasWaiting()) return use;
    if (!NextIsHere(connection, context, use)) return use;
  }
}

std::string RefusalText(int status, std::string_view message, const base::Clock& clock) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
  text.append(ReasonPhrase(status));
  text.append("\r\nDate: ").append(base::FormatHttpDate(clock.Now()));
  text.append("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n");
  text.append("Content-Length: ").append(std::to_string(message.size() + 1)).append("\r\n\r\n");
  text.append(message).append("\n");
  return text;
}

}  // namespace penstock::net
