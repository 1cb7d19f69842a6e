// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace penstock::metadata {

// Brings the database's write-ahead log to disk on a thread of its own, soon after it is asked to,
// and not more often than every few hundredths of a second. Thread-safe.
class LogSync {
 public:
  explicit LogSync(std::string log_path);
  ~LogSync();
  LogSync(const LogSync&) = delete;
  LogSync& operator=(const LogSync&) = delete;

  void Ask();
  // Whether the disk has refused, so that nobody knows what of the log is on it: no sync that comes
  // after can be believed until the log has been written anew.
  bool failed() const { return failed_; }
  void Mended() { failed_ = false; }

 private:
  void Loop();

  const std::string log_path_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::metadata
