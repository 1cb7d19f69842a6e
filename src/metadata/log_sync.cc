// SPDX-License-Identifier: Apache-2.0
#include "metadata/log_sync.h"

#include <cerrno>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace penstock::metadata {
namespace {

// What a power loss may take of the progress of runs; long enough to leave the disk to others.
constexpr std::chrono::milliseconds kBetweenSyncs{50};

// SQLite holds no locks on the log itself, so that closing it here releases none of its.
bool SyncFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return errno == ENOENT;  // without a log there is nothing that could be lost
  const bool synced = ::fdatasync(file) == 0;
  ::close(file);
  return synced;
}

}  // namespace

LogSync::LogSync(std::string log_path) : log_path_(std::move(log_path)) {
  thread_ = std::thread([this] { Loop(); });
}

LogSync::~LogSync() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogSync::Ask() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(asked_, true)) return;
  }
  changed_.notify_all();
}

void LogSync::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || asked_; });
    if (!asked_) return;
    asked_ = false;  // what is asked from now on may not be in the sync that begins now
    lock.unlock();
    if (!SyncFile(log_path_)) failed_ = true;
    lock.lock();
    changed_.wait_for(lock, kBetweenSyncs, [this] { return stopping_; });
  }
}

}  // namespace penstock::metadata
