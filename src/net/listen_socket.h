// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <sys/socket.h>

#include "base/result.h"

namespace penstock::net {

// Owns a descriptor.
class SocketFd {
 public:
  SocketFd() = default;
  explicit SocketFd(int fd) : fd_(fd) {}
  SocketFd(SocketFd&& other) noexcept : fd_(other.Release()) {}
  SocketFd& operator=(SocketFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~SocketFd() { Close(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Close();

 private:
  int fd_ = -1;
};

struct ListenSocket {
  SocketFd fd;  // non-blocking
  uint16_t port = 0;
};

// Listens on TCP. Errors name the address and what to do: kInvalidArgument (no such address),
// kAlreadyExists (in use), kPermissionDenied.
base::Result<ListenSocket> OpenListenSocket(const std::string& address, uint16_t port);

// "127.0.0.1:54321", "[::1]:54321".
std::string AddressText(const sockaddr_storage& address);

// How many connections may be open where so many descriptors are allowed to the process.
size_t BoundByDescriptors(size_t max_connections);

}  // namespace penstock::net
