// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "engine/executor.h"

namespace penstock::executor {

// The log of one attempt: each line with the time it came, in a file that can be read while it
// grows. Beyond a size lines are dropped, with a note. Thread-safe.
class TaskLog {
 public:
  static constexpr size_t kMaxBytes = size_t{256} << 20;

  // The file's folder exists; an older file of that name is replaced.
  TaskLog(std::string path, const base::Clock& clock, size_t max_bytes = kMaxBytes);

  void Add(std::string_view line);   // of the task
  void Note(std::string_view text);  // ours, marked so; several lines are fine
  // The last lines of the task, at most about 4 KiB, for messages.
  std::string Tail() const;
  const std::string& path() const { return path_; }

 private:
  void Write(std::string_view prefix, std::string_view line);

  const std::string path_;
  const base::Clock& clock_;
  const size_t max_bytes_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  size_t written_ = 0;
  bool full_ = false;
  std::deque<std::string> tail_;
  size_t tail_bytes_ = 0;
};

// A part of a log file, which may be growing; kNotFound where there is no such file.
base::Result<engine::LogPiece> ReadPieceOfLog(const std::string& path, uint64_t offset,
                                              size_t limit);

// Where the log of an attempt lies under `directory`. kNotFound for names that are no identifiers,
// which may come from a URL.
base::Result<std::string> LogPath(const std::string& directory, std::string_view run_id,
                                  std::string_view task_id, int attempt);

}  // namespace penstock::executor
