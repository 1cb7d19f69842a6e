// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::store {

// Runs one disabled test of this very program in a process of its own, which finds a directory in
// PENSTOCK_TEST_DIRECTORY and can write lines to descriptor 3.
class ChildProcess {
 public:
  ChildProcess(const std::string& test, const std::string& directory) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) ADD_FAILURE() << "no pipe";
    read_end_ = ends[0];
    std::string filter = "--gtest_filter=" + test;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], 3);
      if (ends[1] == 3) ::fcntl(3, F_SETFD, 0);
      ::setenv("PENSTOCK_TEST_DIRECTORY", directory.c_str(), 1);
      ::execl("/proc/self/exe", "child", filter.c_str(), "--gtest_also_run_disabled_tests",
              "--gtest_brief=1", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
  }
  ~ChildProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      Wait();
    }
    ::close(read_end_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Kill() { ::kill(pid_, SIGKILL); }
  // The next line it wrote; false once it is gone and all was read.
  bool ReadLine(std::string& line) {
    size_t end;
    while ((end = pending_.find('\n')) == std::string::npos) {
      char buffer[4096];
      ssize_t count = ::read(read_end_, buffer, sizeof buffer);
      if (count <= 0) return false;
      pending_.append(buffer, static_cast<size_t>(count));
    }
    line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return true;
  }
  // Its exit code, or -1 where a signal ended it.
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  int read_end_ = -1;
  std::string pending_;
};

// One write, so that lines of several threads do not mix.
inline void WriteLine(const std::string& line) {
  std::string text = line + "\n";
  if (::write(3, text.data(), text.size()) != static_cast<ssize_t>(text.size())) ::_exit(3);
}

}  // namespace penstock::store
