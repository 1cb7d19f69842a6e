// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "base/result.h"

namespace penstock::server {

// Keeps a second server off the same data directory for as long as it lives, and no longer: the
// kernel lets go of it when the process ends, however that happens.
class DataDirectoryLock {
 public:
  // kFailedPrecondition where another server has it. One that was killed may have children that
  // are about to end and hold its files until then: so long as it is gone itself, they are waited
  // for with `patience`.
  static base::Result<DataDirectoryLock> Take(
      const std::string& directory, std::chrono::milliseconds patience = std::chrono::seconds(20));

  DataDirectoryLock(DataDirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DataDirectoryLock& operator=(DataDirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DataDirectoryLock();

 private:
  explicit DataDirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace penstock::server
