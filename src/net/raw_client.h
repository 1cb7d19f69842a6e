// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests: a client that sends exactly the bytes it is told to, and a handler made of a function.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/encoding.h"
#include "net/chunked_decoder.h"
#include "net/http_server.h"

namespace penstock::net {

struct RawResponse {
  int status = 0;
  std::string head;  // with its empty line
  std::string body;  // taken out of chunks
  bool Has(const std::string& line) const {
    return base::ToLower(head).find("\r\n" + base::ToLower(line) + "\r\n") != std::string::npos;
  }
};

class RawClient {
 public:
  // A receive buffer of 0 means the system's.
  explicit RawClient(uint16_t port, int receive_buffer = 0) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval limit{5, 0};  // a test that hangs fails
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (receive_buffer > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  RawClient(const RawClient&) = delete;
  ~RawClient() {
    if (fd_ >= 0) close(fd_);
  }

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  // False where the server has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }
  void EndSending() { shutdown(fd_, SHUT_WR); }

  // Status 0 where the connection ended before the head did.
  RawResponse Receive(bool head_request = false) {
    RawResponse response;
    size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return response;
    }
    response.head = Take(end + 4);
    response.status = std::stoi(response.head.substr(9, 3));
    bool bodiless =
        head_request || response.status < 200 || response.status == 204 || response.status == 304;
    if (bodiless) return response;
    std::string lower = base::ToLower(response.head);
    size_t length = lower.find("\r\ncontent-length: ");
    if (length != std::string::npos) {
      size_t size = std::stoul(lower.substr(length + 18));
      while (buffer_.size() < size && Fill()) {
      }
      response.body = Take(size);
    } else if (response.Has("Transfer-Encoding: chunked")) {
      response.body = TakeChunks();
    } else {
      response.body = RestUntilClosed();
    }
    return response;
  }

  std::string RestUntilClosed() {
    while (Fill()) {
    }
    return Take(buffer_.size());
  }
  // The server has closed, and properly: without a reset.
  bool Closed() { return !Fill() && buffer_.empty() && last_result_ == 0; }

  RawResponse Exchange(std::string_view request) {
    Send(request);
    return Receive();
  }

 private:
  bool Fill() {
    char bytes[65536];
    last_result_ = recv(fd_, bytes, sizeof(bytes), 0);
    if (last_result_ <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(last_result_));
    return true;
  }
  std::string Take(size_t size) {
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }
  std::string TakeChunks() {
    ChunkedDecoder decoder;
    std::string body;
    while (!decoder.done()) {
      auto step = decoder.Next(buffer_);
      if (!step) return "malformed chunks: " + step.error().message();
      body += step->data;
      buffer_.erase(0, step->consumed);
      if (step->consumed == 0 && !Fill()) return "cut off after: " + body;
    }
    return body;
  }

  int fd_ = -1;
  bool connected_ = false;
  ssize_t last_result_ = 1;
  std::string buffer_;
};

class FunctionHandler final : public Handler {
 public:
  using Function = std::function<void(Request&, ResponseWriter&)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  void Handle(Request& request, ResponseWriter& response) override { function_(request, response); }

 private:
  Function function_;
};

// A server with a function for a handler, on an ephemeral port of the loopback address.
struct TestServer {
  explicit TestServer(FunctionHandler::Function function, ServerOptions options = {})
      : handler(std::move(function)),
        server(std::move(HttpServer::Listen(options, handler, logger)).value()) {}
  RawClient Connect() { return RawClient(server->port()); }

  base::NullLogger logger;
  FunctionHandler handler;
  std::unique_ptr<HttpServer> server;
};

}  // namespace penstock::net
