// SPDX-License-Identifier: Apache-2.0
// Tasks that hand their folders to others, which are lent again when the task has ended.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "executor/local/executor_test_base.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

class LentFoldersTest : public ExecutorTest {
 protected:
  // Listens where tasks find it.
  void Listen() {
    listener_ = sys::UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string name = std::string(1, '\0') + folder_.filename().string();
    std::copy(name.begin(), name.end(), address.sun_path);
    const size_t size = offsetof(sockaddr_un, sun_path) + name.size();
    ASSERT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(size)),
              0);
  }

  // What a task says of the number of that folder, when its own have been given back.
  std::string NumberOf(const std::string& path, const std::string& program = "") {
    const auto outcome = this->Run(
        Command({"python3", "-c",
                 "import os\nprint('number', os.stat('" + path + "').st_ino)\n" + program}));
    EXPECT_EQ(outcome.kind, engine::TaskOutcome::Kind::kSucceeded) << outcome.message;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const std::string log = Log();
    const size_t at = log.find("number ");
    return at == std::string::npos ? "" : log.substr(at, log.find('\n', at) - at);
  }

  std::string HandOver(const std::string& path) const {
    return "import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
           "s.connect('\\0" +
           folder_.filename().string() + "')\nsocket.send_fds(s, [b'x'], [os.open('" + path +
           "', os.O_RDONLY)])\n";
  }

  sys::UniqueFd listener_;
};

TEST_F(LentFoldersTest, AColdTasksFolderIsLentAgainUnlessSomebodyHoldsOnToIt) {
  if (!Sandboxed() || ::geteuid() != 0) GTEST_SKIP() << "folders are not lent again";
  Listen();
  for (const std::string path : {"/tmp", "/home/task", "/minio"}) {
    const std::string before = NumberOf(path);
    ASSERT_NE(before, "");
    EXPECT_EQ(NumberOf(path), before) << path << " was not lent again";
    // The descriptor waits in the socket, as it might for another task.
    EXPECT_EQ(NumberOf(path, HandOver(path)), before);
    EXPECT_NE(NumberOf(path), before) << path << " was lent again";
  }
}

}  // namespace
}  // namespace penstock::executor
