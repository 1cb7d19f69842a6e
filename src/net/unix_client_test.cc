// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/http_client.h"

namespace penstock::net {
namespace {

using base::Code;

// Answers one connection on a socket of this machine, if there is an answer, and closes it when
// destroyed.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : path_(testing::TempDir() + "unix-client-" + std::to_string(::getpid()) + ".sock") {
    std::filesystem::remove(path_);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    thread_ = std::thread([this, answer = std::move(answer)] {
      connection_ = ::accept(listener_, nullptr, nullptr);
      char byte;
      while (!request_.ends_with("\r\n\r\n") && ::read(connection_, &byte, 1) == 1)
        request_ += byte;
      if (answer.empty()) return;
      EXPECT_EQ(::write(connection_, answer.data(), answer.size()),
                static_cast<ssize_t>(answer.size()));
    });
  }
  ~OneAnswer() {
    thread_.join();
    ::close(connection_);
    ::close(listener_);
    std::filesystem::remove(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_, request_;
  int listener_ = -1, connection_ = -1;
  std::thread thread_;
};

ClientRequest Ping() {
  ClientRequest request;
  request.url = "http://engine/ping?x=1";
  return request;
}

TEST(UnixClient, ConnectsToTheSocketWhateverTheHost) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ClientOptions options;
  options.unix_socket = server.path();
  auto response = Fetch(Ping(), options);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "ok");
}

TEST(UnixClient, SaysWhyItCannotConnect) {
  ClientOptions options;
  options.unix_socket = testing::TempDir() + "nobody.sock";
  auto response = Fetch(Ping(), options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), Code::kUnavailable);
  EXPECT_NE(response.error().message().find("nobody.sock"), std::string::npos);
  options.unix_socket = std::string(500, 'x');
  EXPECT_EQ(Fetch(Ping(), options).error().code(), Code::kInvalidArgument);
}

TEST(UnixClient, IsToldToGiveUp) {
  OneAnswer server("");
  ClientOptions options;
  options.unix_socket = server.path();
  options.io_timeout = std::chrono::milliseconds(0);  // for ever
  options.stop_fd = ::eventfd(0, EFD_CLOEXEC);
  std::thread stop([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ::eventfd_write(options.stop_fd, 1);
  });
  auto response = Fetch(Ping(), options);
  stop.join();
  ::close(options.stop_fd);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace penstock::net
