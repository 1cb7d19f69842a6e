// SPDX-License-Identifier: Apache-2.0
#include "server/data_directory_lock.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace penstock::server {

using base::Code;
using base::Fail;

base::Result<DataDirectoryLock> DataDirectoryLock::Take(const std::string& directory) {
  const std::string path = directory + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Fail(Code::kPermissionDenied, "cannot open " + path + ": " + std::strerror(errno));
  }
  DataDirectoryLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return Fail(Code::kFailedPrecondition, "another penstock server is using " + directory +
                                               "; stop it, or choose another --data-dir");
  }
  return lock;
}

DataDirectoryLock::~DataDirectoryLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace penstock::server
