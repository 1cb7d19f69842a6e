// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>

#include "base/encoding.h"
#include "net/blocking_stream.h"
#include "net/chunked_decoder.h"
#include "net/http_syntax.h"
#include "net/listen_socket.h"
#include "net/public_address.h"
#include "net/response_stream.h"
#include "net/tls_context.h"
#include "text/url.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;
using base::Status;

constexpr size_t kMaxHeadBytes = 64 << 10;

struct AddressListDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// 0, or the errno of the failed attempt.
int TryConnect(const addrinfo& address, std::chrono::milliseconds timeout, SocketFd& fd) {
  fd = SocketFd(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return errno;
  int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd entry{fd.get(), POLLOUT, 0};
  if (poll(&entry, 1, static_cast<int>(timeout.count())) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

base::Result<SocketFd> Connect(const std::string& host, uint16_t port,
                               const ClientOptions& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  const std::string place = "cannot connect to " + host + " port " + std::to_string(port) + ": ";
  if (failed != 0) return Fail(Code::kUnavailable, place + gai_strerror(failed));
  std::unique_ptr<addrinfo, AddressListDeleter> list(found);
  int error = EADDRNOTAVAIL;
  bool refused = false;
  for (const addrinfo* address = list.get(); address != nullptr; address = address->ai_next) {
    if (options.public_addresses_only && !IsPublicAddress(*address->ai_addr)) {
      refused = true;
      continue;
    }
    SocketFd fd;
    error = TryConnect(*address, options.connect_timeout, fd);
    if (error == 0) return fd;
    refused = false;
  }
  if (refused) {
    return Fail(Code::kPermissionDenied,
                place +
                    "it is not an address of the public internet, which is all that may be "
                    "asked here");
  }
  return Fail(error == ETIMEDOUT ? Code::kDeadlineExceeded : Code::kUnavailable,
              place + std::strerror(error));
}

base::Result<SocketFd> ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Fail(Code::kInvalidArgument, "the path of the socket is too long: " + path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  SocketFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.valid() &&
      connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return fd;
  }
  return Fail(Code::kUnavailable, "cannot connect to " + path + ": " + std::strerror(errno));
}

base::Result<std::string> FormRequest(const ClientRequest& request, const text::Url& url) {
  PENSTOCK_RETURN_IF_ERROR(CheckResponseHeaders(request.headers));
  if (!IsToken(request.method)) return Fail(Code::kInvalidArgument, "the method is not a word");
  std::string target = url.path.empty() ? "/" : url.path;
  if (!url.query.empty()) target += "?" + url.query;
  std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (url.port) host += ":" + std::to_string(*url.port);
  std::string head = request.method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
  for (const auto& [name, value] : request.headers.items()) head += name + ": " + value + "\r\n";
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  head += "Connection: close\r\n\r\n";
  // The URL is foreign here; the server's parser knows what a head may look like.
  auto valid = ParseRequestHead(head);
  if (!valid) return Fail(Code::kInvalidArgument, "cannot send this: " + valid.error().message());
  return head;
}

// Reads one response off the stream.
class ResponseReader {
 public:
  // A null sink: the body is collected, up to that many bytes.
  ResponseReader(BlockingStream& stream, size_t max_body, base::ByteSink* sink)
      : stream_(stream), max_body_(max_body), sink_(sink) {}

  base::Result<ClientResponse> Read(bool head_request) {
    ClientResponse response;
    do {
      PENSTOCK_TRY(response, ReadHead());
    } while (response.status < 200);  // 100 Continue and the like come before the response
    bool bodiless = head_request || response.status == 204 || response.status == 304;
    if (response.status > 299) sink_ = nullptr;
    if (!bodiless) PENSTOCK_RETURN_IF_ERROR(ReadBody(response));
    return response;
  }

 private:
  base::Result<ClientResponse> ReadHead() {
    size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (received_.size() > kMaxHeadBytes) {
        return Fail(Code::kDataLoss, "the response's head is too large");
      }
      PENSTOCK_TRY(bool more, Fill());
      if (!more) return Fail(Code::kCancelled, "the server closed without an answer");
    }
    auto response = ParseResponseHead(std::string_view(received_).substr(0, end + 4));
    received_.erase(0, end + 4);
    return response;
  }

  Status ReadBody(ClientResponse& response) {
    const std::string* coding = response.headers.Find("transfer-encoding");
    if (coding != nullptr && !base::EqualsIgnoreCase(*coding, "chunked")) {
      return Fail(Code::kDataLoss, "the response has an unknown Transfer-Encoding");
    }
    if (coding != nullptr) return ReadChunks(response.body);
    const std::string* length = response.headers.Find("content-length");
    if (length != nullptr) return ReadLength(*length, response.body);
    for (bool more = true; more;) {
      PENSTOCK_RETURN_IF_ERROR(Take(received_, response.body));
      received_.clear();
      PENSTOCK_TRY(more, Fill());
    }
    return {};
  }

  Status ReadLength(const std::string& text, std::string& body) {
    size_t size = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Fail(Code::kDataLoss, "the response's Content-Length is not a number");
    }
    if (sink_ == nullptr) PENSTOCK_RETURN_IF_ERROR(CheckSize(size));
    while (size > 0) {
      if (received_.empty()) PENSTOCK_RETURN_IF_ERROR(FillOrFail());
      size_t count = std::min(size, received_.size());
      PENSTOCK_RETURN_IF_ERROR(Take(std::string_view(received_).substr(0, count), body));
      received_.erase(0, count);
      size -= count;
    }
    return {};
  }

  Status ReadChunks(std::string& body) {
    ChunkedDecoder decoder;
    while (!decoder.done()) {
      auto step = decoder.Next(received_);
      if (!step) return Fail(Code::kDataLoss, "in the response, " + step.error().message());
      PENSTOCK_RETURN_IF_ERROR(Take(step->data, body));
      received_.erase(0, step->consumed);
      if (step->consumed == 0) PENSTOCK_RETURN_IF_ERROR(FillOrFail());
    }
    return {};
  }

  Status Take(std::string_view piece, std::string& body) {
    if (sink_ != nullptr) return piece.empty() ? Status() : sink_->Write(piece);
    body += piece;
    return CheckSize(body.size());
  }

  Status CheckSize(size_t size) const {
    if (size <= max_body_) return {};
    return Fail(Code::kResourceExhausted,
                "the response is larger than " + std::to_string(max_body_) + " bytes");
  }

  Status FillOrFail() {
    PENSTOCK_TRY(bool more, Fill());
    if (!more) return Fail(Code::kCancelled, "the server closed in the middle of its answer");
    return {};
  }

  // False at the end of the stream.
  base::Result<bool> Fill() {
    std::array<char, 16 << 10> buffer;
    PENSTOCK_TRY(size_t count, stream_.Read(buffer));
    received_.append(buffer.data(), count);
    return count > 0;
  }

  BlockingStream& stream_;
  const size_t max_body_;
  base::ByteSink* sink_;
  std::string received_;
};

struct OpenConnection {
  SocketFd fd;
  std::unique_ptr<Transport> transport;
};

base::Result<OpenConnection> Open(const text::Url& url, const ClientOptions& options,
                                  const IoLimits& limits) {
  bool tls = url.scheme == "https";
  if (!tls && url.scheme != "http") {
    return Fail(Code::kInvalidArgument, "only http and https URLs can be fetched");
  }
  OpenConnection open;
  uint16_t default_port = tls ? 443 : 80;
  if (!options.unix_socket.empty()) {
    PENSTOCK_TRY(open.fd, ConnectUnix(options.unix_socket));
  } else {
    PENSTOCK_TRY(open.fd, Connect(url.host, url.port.value_or(default_port), options));
  }
  if (!tls) {
    open.transport = MakePlainTransport(open.fd.get());
    return open;
  }
  PENSTOCK_TRY(auto context, TlsContext::ForClient(options.ca_file));
  PENSTOCK_TRY(open.transport, context->Connect(open.fd.get(), url.host));
  Status handshake = BlockingStream(open.fd.get(), *open.transport, limits).Handshake();
  if (!handshake && handshake.error().code() != Code::kCancelled) {
    return Fail(std::move(handshake).error());
  }
  if (!handshake) {
    return Fail(Code::kUnavailable, "the TLS handshake with " + url.host +
                                        " failed: its certificate is not trusted for that name, "
                                        "or it does not speak TLS");
  }
  return open;
}

base::Result<ClientResponse> FetchInto(const ClientRequest& request, const ClientOptions& options,
                                       base::ByteSink* sink) {
  PENSTOCK_TRY(text::Url url, text::ParseUrl(request.url));
  PENSTOCK_TRY(std::string head, FormRequest(request, url));
  IoLimits limits;
  limits.no_progress = options.io_timeout;
  limits.stop_fd = options.stop_fd;
  if (options.io_timeout.count() == 0) {
    limits.no_progress = std::chrono::milliseconds(-1);
    limits.min_bytes_per_second = 0;
  }
  PENSTOCK_TRY(OpenConnection open, Open(url, options, limits));
  BlockingStream stream(open.fd.get(), *open.transport, limits);
  std::array<std::string_view, 2> pieces = {head, request.body};
  // A server may answer and close before it has read everything: its answer counts, not our
  // failure.
  Status sent = stream.WriteAll(pieces);
  if (!sent && sent.error().code() != Code::kCancelled) return Fail(std::move(sent).error());
  return ResponseReader(stream, options.max_body_bytes, sink).Read(request.method == "HEAD");
}

}  // namespace

base::Result<ClientResponse> Fetch(const ClientRequest& request, const ClientOptions& options) {
  return FetchInto(request, options, nullptr);
}

base::Result<ClientResponse> FetchTo(const ClientRequest& request, const ClientOptions& options,
                                     base::ByteSink& sink) {
  return FetchInto(request, options, &sink);
}

}  // namespace penstock::net
