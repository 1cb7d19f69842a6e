// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/random.h"
#include "net/connection_table.h"
#include "net/event_loop.h"
#include "net/exchange.h"
#include "net/handler_pool.h"
#include "net/listen_socket.h"
#include "net/tls_context.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;
using base::Status;
using std::chrono::milliseconds;

constexpr int kAcceptBurst = 64;  // new connections in a row before others get their turn
constexpr milliseconds kAcceptPause{100};
constexpr milliseconds kThreadIdleEnd{10'000};

bool OutOfDescriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

uint64_t RandomNumber() {
  base::SystemRandom random;
  std::string bytes = random.Bytes(sizeof(uint64_t));
  uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

class Server final : public HttpServer {
 public:
  Server(const ServerOptions& options, ListenSocket socket, std::shared_ptr<const TlsContext> tls,
         std::unique_ptr<HandlerPool> pool, Handler& handler, base::Logger& logger)
      : options_(options),
        port_(socket.port),
        logger_(logger),
        socket_(std::move(socket.fd)),
        tls_(std::move(tls)),
        context_(handler, logger, options.clock != nullptr ? *options.clock : system_clock_,
                 {options.io_timeout, options.trickle_grace, options.min_bytes_per_second, -1,
                  pool.get()},
                 options.keep_thread, RandomNumber()),
        pool_(std::move(pool)),
        table_(options, loop_, context_, *pool_, [this] { OnRoom(); }),
        accept_watch_(loop_, [this] { AcceptAll(); }),
        accept_timer_(loop_, [this] { AcceptAll(); }) {}

  ~Server() override { Stop(milliseconds(0)); }

  Status Start() {
    if (!accept_watch_.Wait(socket_.get(), EventLoop::Readiness::kRead)) {
      return Fail(Code::kInternal, "cannot watch the listening socket");
    }
    thread_ = std::thread([this] { loop_.Run(); });
    return {};
  }

  uint16_t port() const override { return port_; }
  void Stop(milliseconds grace) override;
  Status ReloadTls() override;

 private:
  void AcceptAll();
  bool AcceptOne();
  void WaitForNewcomers();
  void Admit(SocketFd fd, const sockaddr_storage& peer);
  std::shared_ptr<const TlsContext> CurrentTls();
  void OnRoom();
  void CheckDrained();

  const ServerOptions options_;
  const uint16_t port_;
  base::Logger& logger_;
  const base::SystemClock system_clock_;
  SocketFd socket_;

  std::mutex tls_mutex_;
  std::shared_ptr<const TlsContext> tls_;  // shared with the connections made under it

  ExchangeContext context_;
  EventLoop loop_;
  std::unique_ptr<HandlerPool> pool_;
  ConnectionTable table_;
  EventLoop::Watch accept_watch_;
  EventLoop::Timer accept_timer_;
  bool accept_paused_ = false;  // the loop's: until there may be room
  bool stopping_ = false;       // the loop's
  std::thread thread_;

  std::mutex stop_mutex_;  // held by Stop throughout
  std::mutex drained_mutex_;
  std::condition_variable drained_changed_;
  bool drained_ = false;
};

void Server::AcceptAll() {
  if (stopping_) return;
  for (int i = 0; i < kAcceptBurst; ++i) {
    if (!AcceptOne()) return;
  }
  WaitForNewcomers();
}

// False when there is nothing more to accept now; what calls AcceptAll again is then set up.
bool Server::AcceptOne() {
  bool full = table_.size() >= options_.max_connections;
  if (full && !table_.HasIdle()) {
    // All are at work: the kernel's queue holds newcomers until one is not.
    accept_paused_ = true;
    return false;
  }
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  SocketFd fd(accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.valid()) {
    if (full) table_.ShedIdle();
    Admit(std::move(fd), peer);
    return true;
  }
  // For want of descriptors accept fails before it looks whether there is anybody to accept.
  bool no_room = OutOfDescriptors(errno);
  pollfd entry{socket_.get(), POLLIN, 0};
  if (errno == EAGAIN || errno == EWOULDBLOCK || (no_room && poll(&entry, 1, 0) == 0)) {
    WaitForNewcomers();
    return false;
  }
  if (!no_room || table_.ShedIdle()) return true;  // this one is gone, or there is room now
  logger_.Warning("cannot accept connections for want of descriptors or memory");
  accept_timer_.Set(std::chrono::steady_clock::now() + kAcceptPause);
  return false;
}

void Server::WaitForNewcomers() {
  if (accept_watch_.Wait(socket_.get(), EventLoop::Readiness::kRead)) return;
  accept_timer_.Set(std::chrono::steady_clock::now() + kAcceptPause);
}

void Server::Admit(SocketFd fd, const sockaddr_storage& peer) {
  int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  std::shared_ptr<const TlsContext> tls = CurrentTls();
  std::unique_ptr<Transport> transport;
  if (tls == nullptr) {
    transport = MakePlainTransport(fd.get());
  } else {
    auto accepted = tls->Accept(fd.get());
    if (!accepted) return;
    transport = std::move(*accepted);
  }
  table_.Admit(fd.Release(), AddressText(peer), std::move(transport), tls != nullptr);
}

std::shared_ptr<const TlsContext> Server::CurrentTls() {
  std::lock_guard lock(tls_mutex_);
  return tls_;
}

Status Server::ReloadTls() {
  if (options_.tls_key_file.empty()) {
    return Fail(Code::kFailedPrecondition, "this server has no TLS certificate to reload");
  }
  PENSTOCK_TRY(auto fresh,
               TlsContext::ForServer(options_.tls_certificate_file, options_.tls_key_file));
  std::lock_guard lock(tls_mutex_);
  tls_ = std::move(fresh);
  return {};
}

// Posted, since this is called in the middle of other work on a connection.
void Server::OnRoom() {
  if (stopping_) return CheckDrained();
  if (!std::exchange(accept_paused_, false)) return;
  loop_.Post([this] { AcceptAll(); });
}

void Server::CheckDrained() {
  if (table_.Busy()) return;
  std::lock_guard lock(drained_mutex_);
  drained_ = true;
  drained_changed_.notify_all();
}

void Server::Stop(milliseconds grace) {
  std::lock_guard stop_lock(stop_mutex_);
  if (!thread_.joinable()) return;
  context_.stopping = true;
  loop_.Post([this] {
    stopping_ = true;
    accept_watch_.Detach();
    socket_.Close();
    table_.BeginStop();
    CheckDrained();
  });
  std::unique_lock lock(drained_mutex_);
  auto drained = [this] { return drained_; };
  if (!drained_changed_.wait_for(lock, grace, drained)) {
    context_.abandoned = true;
    loop_.Post([this] {
      table_.ForceClose();
      CheckDrained();
    });
    drained_changed_.wait(lock, drained);
  }
  lock.unlock();
  loop_.Stop();
  thread_.join();
}

base::Result<std::shared_ptr<const TlsContext>> LoadTls(const ServerOptions& options) {
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
    return Fail(Code::kInvalidArgument, "TLS needs both a certificate file and a key file");
  }
  if (options.tls_key_file.empty()) return nullptr;
  return TlsContext::ForServer(options.tls_certificate_file, options.tls_key_file);
}

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const ServerOptions& options,
                                                             Handler& handler,
                                                             base::Logger& logger) {
  ServerOptions bounded = options;
  bounded.max_connections = BoundByDescriptors(options.max_connections);
  PENSTOCK_TRY(auto tls, LoadTls(options));
  PENSTOCK_TRY(auto pool, HandlerPool::Create(options.max_handlers, kThreadIdleEnd,
                                              options.max_slow_handlers));
  PENSTOCK_TRY(auto socket, OpenListenSocket(options.address, options.port));
  try {
    auto server = std::make_unique<Server>(bounded, std::move(socket), std::move(tls),
                                           std::move(pool), handler, logger);
    PENSTOCK_RETURN_IF_ERROR(server->Start());
    return server;
  } catch (const std::exception& e) {  // Asio's and std::thread's
    return Fail(Code::kInternal, std::string("cannot start the event loop: ") + e.what());
  }
}

}  // namespace penstock::net
