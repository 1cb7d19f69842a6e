// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include <pthread.h>
#include <signal.h>
#include <sys/sendfile.h>
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

// sendfile(2) knows no MSG_NOSIGNAL: for as long as this lives the thread gets no SIGPIPE.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

  // The one that is waiting now, if any.
  void Swallow() {
    timespec now{};
    int error = errno;
    sigtimedwait(&pipe_, nullptr, &now);
    errno = error;
  }

 private:
  sigset_t pipe_;
  sigset_t before_;
};

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

  IoResult Write(std::span<const std::string_view> pieces) override { return Send(pieces, 0); }
  IoResult WriteBeforeMore(std::span<const std::string_view> pieces) override {
    return Send(pieces, MSG_MORE);
  }

  std::optional<IoResult> WriteFile(int descriptor, uint64_t offset, size_t length) override {
    auto at = static_cast<off_t>(offset);
    ssize_t count;
    {
      NoBrokenPipe guard;
      count = sendfile(fd_, descriptor, &at, length);
      if (count < 0 && errno == EPIPE) guard.Swallow();
    }
    if (count > 0) return IoResult{IoResult::Outcome::kDone, static_cast<size_t>(count)};
    // The file has become shorter: whoever gave it is to find out.
    if (count == 0 || errno == EINVAL || errno == ENOSYS) return std::nullopt;
    return FromErrno(IoResult::Outcome::kWantWrite);
  }

  bool HasPending() const override { return false; }

  void ShutdownWrite() override { shutdown(fd_, SHUT_WR); }

 private:
  IoResult Send(std::span<const std::string_view> pieces, int flags) {
    std::array<iovec, kMaxPieces> vectors;
    size_t used = std::min(pieces.size(), vectors.size());
    for (size_t i = 0; i < used; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = used;
    ssize_t count = sendmsg(fd_, &message, MSG_NOSIGNAL | flags);  // writev, without a SIGPIPE
    if (count >= 0) return {IoResult::Outcome::kDone, static_cast<size_t>(count)};
    return FromErrno(IoResult::Outcome::kWantWrite);
  }

  int fd_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(int fd) {
  return std::make_unique<PlainTransport>(fd);
}

}  // namespace penstock::net
