// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

// A file that lines are appended to, by a thread of its own: writers do not wait for the disk. What
// is queued is bounded. A write that fails is tried again, so that a full disk costs no line that
// there is still room for. Thread-safe.
class LineFile {
 public:
  enum class WhenFull {
    kDrop,  // a line is dropped, and counted
    kWait,  // the writer waits for room, and for its line to be with the kernel
  };
  static constexpr size_t kMaxQueuedBytes = size_t{8} << 20;

  // Opens or makes the file (mode 0640). The logger, who is told of failures, must outlive it.
  static base::Result<std::unique_ptr<LineFile>> Open(const std::string& path, WhenFull when_full,
                                                      base::Logger& logger,
                                                      size_t max_queued_bytes = kMaxQueuedBytes);
  // Writes what is queued, as far as that is possible at once.
  ~LineFile();

  // Adds a line and the line feed behind it. With kWait a line that cannot be written waits at most
  // `kMostWait` as long as there is room; it stays queued then, in its order.
  void Write(std::string_view line);
  // Opens the path again before the next line, after the file has been moved away.
  void Reopen();

  uint64_t dropped() const;  // lines

 private:
  static constexpr std::chrono::seconds kMostWait{5};

  LineFile(std::string path, UniqueFd fd, WhenFull when_full, base::Logger& logger,
           size_t max_queued_bytes);
  void Run();
  void OpenAgain();
  bool WriteOut(std::string_view bytes, size_t& written);

  const std::string path_;
  const WhenFull when_full_;
  base::Logger& logger_;
  const size_t max_queued_;
  UniqueFd fd_;           // the thread's
  bool failing_ = false;  // the thread's

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string queue_;
  uint64_t queued_bytes_ = 0;   // ever
  uint64_t written_bytes_ = 0;  // ever
  uint64_t dropped_ = 0;
  bool reopen_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::sys
