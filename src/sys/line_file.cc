// SPDX-License-Identifier: Apache-2.0
#include "sys/line_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

constexpr std::chrono::milliseconds kRetryPause{200};
// How long lines gather where nobody waits for them, so that a busy server writes many at once.
constexpr std::chrono::milliseconds kGatherTime{20};

UniqueFd OpenForAppending(const std::string& path) {
  return UniqueFd(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
}

}  // namespace

base::Result<std::unique_ptr<LineFile>> LineFile::Open(const std::string& path, WhenFull when_full,
                                                       base::Logger& logger,
                                                       size_t max_queued_bytes) {
  UniqueFd fd = OpenForAppending(path);
  if (!fd.valid()) {
    return base::Fail(base::Code::kInvalidArgument,
                      "cannot append to " + path + ": " + std::strerror(errno));
  }
  return std::unique_ptr<LineFile>(
      new LineFile(path, std::move(fd), when_full, logger, max_queued_bytes));
}

LineFile::LineFile(std::string path, UniqueFd fd, WhenFull when_full, base::Logger& logger,
                   size_t max_queued_bytes)
    : path_(std::move(path)),
      when_full_(when_full),
      logger_(logger),
      max_queued_(max_queued_bytes),
      fd_(std::move(fd)) {
  thread_ = std::thread([this] { Run(); });
}

LineFile::~LineFile() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LineFile::Write(std::string_view line) {
  std::unique_lock lock(mutex_);
  auto has_room = [&] { return queue_.size() + line.size() < max_queued_ || queue_.empty(); };
  if (!has_room()) {
    if (when_full_ == WhenFull::kDrop) {
      ++dropped_;
      return;
    }
    changed_.wait(lock, [&] { return has_room() || stopping_; });
  }
  bool first = queue_.empty();
  queue_.append(line).push_back('\n');
  queued_bytes_ += line.size() + 1;
  if (first) changed_.notify_all();
  if (when_full_ == WhenFull::kDrop) return;
  uint64_t mine = queued_bytes_;
  changed_.wait_for(lock, kMostWait, [&] { return written_bytes_ >= mine || stopping_; });
}

void LineFile::Reopen() {
  std::lock_guard lock(mutex_);
  reopen_ = true;
  changed_.notify_all();
}

uint64_t LineFile::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

void LineFile::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || reopen_ || !queue_.empty(); });
    if (when_full_ == WhenFull::kDrop) {
      changed_.wait_for(lock, kGatherTime, [this] { return stopping_ || reopen_; });
    }
    bool reopen = std::exchange(reopen_, false);
    bool last = stopping_;
    // What is being written counts as queued until it is.
    std::string batch = queue_;
    lock.unlock();
    if (reopen) OpenAgain();
    size_t written = 0;
    bool all = WriteOut(batch, written);
    lock.lock();
    queue_.erase(0, written);
    written_bytes_ += written;
    changed_.notify_all();
    if (last && (queue_.empty() || !all)) return;
    if (!all) changed_.wait_for(lock, kRetryPause, [this] { return stopping_; });
  }
}

// Where the new file cannot be opened the old one is gone on with: better there than nowhere.
void LineFile::OpenAgain() {
  UniqueFd fresh = OpenForAppending(path_);
  if (fresh.valid()) {
    fd_ = std::move(fresh);
  } else {
    logger_.Error("cannot open a log again", {{"file", path_}, {"reason", std::strerror(errno)}});
  }
}

// False where not all could be written.
bool LineFile::WriteOut(std::string_view bytes, size_t& written) {
  while (written < bytes.size()) {
    ssize_t count = write(fd_.get(), bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      if (!std::exchange(failing_, true)) {
        logger_.Error("cannot write a log; trying again until it works",
                      {{"file", path_}, {"reason", std::strerror(errno)}});
      }
      return false;
    }
    written += static_cast<size_t>(count);
  }
  if (std::exchange(failing_, false)) logger_.Info("a log can be written again", {{"file", path_}});
  return true;
}

}  // namespace penstock::sys
