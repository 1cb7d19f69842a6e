// SPDX-License-Identifier: Apache-2.0
#include "server/data_directory_lock.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;

// Whether the process that the file names is there and has not ended.
bool OwnerLives(int fd) {
  char text[24] = {};
  const ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
  int pid = 0;
  if (length <= 0 || std::from_chars(text, text + length, pid).ec != std::errc()) return true;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  const size_t name_end = line.rfind(") ");  // the state follows
  if (name_end == std::string::npos || name_end + 2 >= line.size()) return true;
  const char state = line[name_end + 2];
  return state != 'Z' && state != 'X';
}

bool TakeWithin(int fd, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause{20};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (OwnerLives(fd) || std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace

base::Result<DataDirectoryLock> DataDirectoryLock::Take(const std::string& directory,
                                                        std::chrono::milliseconds patience) {
  const std::string path = directory + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Fail(Code::kPermissionDenied, "cannot open " + path + ": " + std::strerror(errno));
  }
  DataDirectoryLock lock(fd);
  if (!TakeWithin(fd, patience)) {
    return Fail(Code::kFailedPrecondition, "another penstock server is using " + directory +
                                               "; stop it, or choose another --data-dir");
  }
  // A disk that is full does not keep the server from starting: without a name nobody waits.
  const std::string owner = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) == 0) (void)!pwrite(fd, owner.data(), owner.size(), 0);
  return lock;
}

DataDirectoryLock::~DataDirectoryLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace penstock::server
