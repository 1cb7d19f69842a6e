// SPDX-License-Identifier: Apache-2.0
#include "net/tls_transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <string>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock::net {
namespace {

constexpr size_t kRecordBytes = 16 << 10;  // the most that one TLS record carries

int BioFd(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio))); }

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the peer is gone, and a
// library must not change the process's signals.
int BioWrite(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t count = send(BioFd(bio), data, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (count < 0 && WouldBlock()) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int BioRead(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t count = recv(BioFd(bio), data, static_cast<size_t>(size), 0);
  if (count < 0 && WouldBlock()) BIO_set_retry_read(bio);
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(count);
}

long BioControl(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

struct BioMethodDeleter {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using BioMethodPtr = std::unique_ptr<BIO_METHOD, BioMethodDeleter>;

BioMethodPtr MakeSocketMethod() {
  BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "penstock socket"));
  if (method != nullptr) {
    BIO_meth_set_write(method.get(), BioWrite);
    BIO_meth_set_read(method.get(), BioRead);
    BIO_meth_set_ctrl(method.get(), BioControl);
  }
  return method;
}

// A constant once made: one table of functions for all connections.
BIO_METHOD* SocketMethod() {
  static const BioMethodPtr method = MakeSocketMethod();
  return method.get();
}

class TlsTransport final : public Transport {
 public:
  explicit TlsTransport(int fd, SslPtr ssl) : fd_(fd), ssl_(std::move(ssl)) {}

  std::string_view TlsVersion() const override {
    return SSL_version(ssl_.get()) == TLS1_3_VERSION ? "1.3" : "1.2";
  }

  IoResult Handshake() override {
    ERR_clear_error();
    int result = SSL_do_handshake(ssl_.get());
    if (result == 1) return {IoResult::Outcome::kDone, 0};
    return Explain(result);
  }

  IoResult Read(std::span<char> buffer) override {
    ERR_clear_error();
    int size = static_cast<int>(std::min<size_t>(buffer.size(), INT_MAX));
    int result = SSL_read(ssl_.get(), buffer.data(), size);
    if (result > 0) return {IoResult::Outcome::kDone, static_cast<size_t>(result)};
    return Explain(result);
  }

  IoResult Write(std::span<const std::string_view> pieces) override {
    auto first = std::find_if(pieces.begin(), pieces.end(), [](auto p) { return !p.empty(); });
    pieces = pieces.subspan(static_cast<size_t>(first - pieces.begin()));
    std::string_view block = pieces.front();
    if (block.size() < kRecordBytes && pieces.size() > 1) block = Join(pieces);
    ERR_clear_error();
    int size = static_cast<int>(std::min<size_t>(block.size(), INT_MAX));
    int result = SSL_write(ssl_.get(), block.data(), size);
    if (result > 0) return {IoResult::Outcome::kDone, static_cast<size_t>(result)};
    return Explain(result);
  }

  // Nobody keeps bytes for a slow peer but OpenSSL, of one record. After kWantWrite the repeated
  // call finds the record encrypted already.
  std::optional<IoResult> WriteFile(int descriptor, uint64_t offset, size_t length) override {
    std::array<char, kRecordBytes> record;
    ssize_t count = pread(descriptor, record.data(), std::min(length, record.size()),
                          static_cast<off_t>(offset));
    // The file has become shorter, or fails: whoever gave it is to find out.
    if (count <= 0) return std::nullopt;
    std::string_view piece(record.data(), static_cast<size_t>(count));
    return Write(std::span(&piece, 1));
  }

  bool HasPending() const override { return SSL_has_pending(ssl_.get()) == 1; }

  void ShutdownWrite() override {
    ERR_clear_error();
    if (!failed_ && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    shutdown(fd_, SHUT_WR);
  }

 private:
  // One record for a head and a small body: fewer packets and less work for both sides. The same
  // pieces give the same block, as a repeated SSL_write needs.
  std::string_view Join(std::span<const std::string_view> pieces) {
    joined_.clear();
    for (std::string_view piece : pieces) {
      joined_.append(piece.substr(0, kRecordBytes - joined_.size()));
    }
    return joined_;
  }

  IoResult Explain(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {IoResult::Outcome::kWantRead, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoResult::Outcome::kWantWrite, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {IoResult::Outcome::kEnd, 0};
      default:
        // The end of the TCP stream without a close_notify comes here too: it may be an attacker
        // cutting a message short, so it is no proper end.
        failed_ = true;
        return {IoResult::Outcome::kFailed, 0};
    }
  }

  int fd_;
  SslPtr ssl_;
  std::string joined_;
  bool failed_ = false;
};

}  // namespace

base::Result<std::unique_ptr<Transport>> MakeTlsTransport(int fd, SslPtr ssl) {
  BIO_METHOD* method = SocketMethod();
  BIO* bio = method != nullptr ? BIO_new(method) : nullptr;
  if (ssl == nullptr || bio == nullptr) {
    return base::Fail(base::Code::kResourceExhausted, "no memory for a TLS connection");
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl.get(), bio, bio);
  return std::make_unique<TlsTransport>(fd, std::move(ssl));
}

}  // namespace penstock::net
