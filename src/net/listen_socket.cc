// SPDX-License-Identifier: Apache-2.0
#include "net/listen_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;

struct AddressListDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

base::Error ListenError(int error, const std::string& place) {
  std::string text = "cannot listen on " + place + ": ";
  if (error == EADDRINUSE) {
    return {Code::kAlreadyExists,
            text + "the port is in use; stop what uses it, or choose another"};
  }
  if (error == EACCES) {
    return {Code::kPermissionDenied, text + "not permitted; ports below 1024 need privileges"};
  }
  if (error == EADDRNOTAVAIL) {
    return {Code::kInvalidArgument, text + "this machine does not have that address"};
  }
  return {Code::kInternal, text + std::strerror(error)};
}

uint16_t BoundPort(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

}  // namespace

void SocketFd::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

base::Result<ListenSocket> OpenListenSocket(const std::string& address, uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const std::string place = address + " port " + std::to_string(port);
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0 || found == nullptr) {
    return Fail(Code::kInvalidArgument, "cannot listen on " + place + ": " + gai_strerror(error));
  }
  std::unique_ptr<addrinfo, AddressListDeleter> list(found);
  SocketFd fd(socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Fail(ListenError(errno, place));
  int on = 1;
  int off = 0;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (list->ai_family == AF_INET6) {
    setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (bind(fd.get(), list->ai_addr, list->ai_addrlen) != 0 || listen(fd.get(), SOMAXCONN) != 0) {
    return Fail(ListenError(errno, place));
  }
  uint16_t bound = BoundPort(fd.get());
  return ListenSocket{std::move(fd), bound};
}

std::string AddressText(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port));
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
  return std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
}

size_t BoundByDescriptors(size_t max_connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return max_connections;
  }
  return std::clamp<size_t>(limit.rlim_cur / 3, 1, std::max<size_t>(max_connections, 1));
}

}  // namespace penstock::net
