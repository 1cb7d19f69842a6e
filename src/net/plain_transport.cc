// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

#include "net/transport.h"

namespace penstock::net {
namespace {

constexpr size_t kMaxPieces = 8;

IoResult FromErrno(IoResult::Outcome would_block) {
  bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? would_block : IoResult::Outcome::kFailed, 0};
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) {}

  IoResult Handshake() override { return {IoResult::Outcome::kDone, 0}; }

  IoResult Read(std::span<char> buffer) override {
    ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
    if (count > 0) return {IoResult::Outcome::kDone, static_cast<size_t>(count)};
    if (count == 0) return {IoResult::Outcome::kEnd, 0};
    return FromErrno(IoResult::Outcome::kWantRead);
  }

  IoResult Write(std::span<const std::string_view> pieces) override {
    std::array<iovec, kMaxPieces> vectors;
    size_t used = std::min(pieces.size(), vectors.size());
    for (size_t i = 0; i < used; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = used;
    ssize_t count = sendmsg(fd_, &message, MSG_NOSIGNAL);  // writev, without a SIGPIPE
    if (count >= 0) return {IoResult::Outcome::kDone, static_cast<size_t>(count)};
    return FromErrno(IoResult::Outcome::kWantWrite);
  }

  bool HasPending() const override { return false; }

  void ShutdownWrite() override { shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(int fd) {
  return std::make_unique<PlainTransport>(fd);
}

}  // namespace penstock::net
