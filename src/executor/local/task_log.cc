// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_log.h"

#include <algorithm>
#include <utility>

#include "executor/local/safe_name.h"

namespace penstock::executor {
namespace {

constexpr size_t kTailLines = 20;
constexpr size_t kTailBytes = 4096;

}  // namespace

TaskLog::TaskLog(std::string path, const base::Clock& clock, size_t max_bytes)
    : path_(std::move(path)),
      clock_(clock),
      max_bytes_(max_bytes),
      file_(path_, std::ios::binary | std::ios::trunc) {}

void TaskLog::Add(std::string_view line) {
  std::lock_guard lock(mutex_);
  Write("", line);
  tail_.emplace_back(line.substr(0, kTailBytes / 4));
  tail_bytes_ += tail_.back().size() + 1;
  while (tail_.size() > kTailLines || tail_bytes_ > kTailBytes) {
    tail_bytes_ -= tail_.front().size() + 1;
    tail_.pop_front();
  }
}

void TaskLog::Note(std::string_view text) {
  std::lock_guard lock(mutex_);
  while (true) {
    const size_t end = text.find('\n');
    Write("[penstock] ", text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void TaskLog::Write(std::string_view prefix, std::string_view line) {
  if (full_) return;
  std::string text = base::FormatIso8601Millis(clock_.Now()) + " ";
  text += prefix;
  text += line;
  text += '\n';
  if (written_ + text.size() > max_bytes_) {
    full_ = true;
    text = base::FormatIso8601Millis(clock_.Now()) + " [penstock] the log is full (" +
           std::to_string(max_bytes_) + " bytes); what follows was left out\n";
  }
  // Flushed line by line, so that whoever reads along sees it.
  file_ << text << std::flush;
  written_ += text.size();
}

std::string TaskLog::Tail() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const std::string& line : tail_) text += (text.empty() ? "" : "\n") + line;
  return text;
}

base::Result<engine::LogPiece> ReadPieceOfLog(const std::string& path, uint64_t offset,
                                              size_t limit) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return base::Fail(base::Code::kNotFound, "no such log");
  engine::LogPiece piece;
  piece.size = static_cast<uint64_t>(file.tellg());
  if (offset >= piece.size) return piece;
  piece.bytes.resize(std::min<uint64_t>(limit, piece.size - offset));
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(piece.bytes.data(), static_cast<std::streamsize>(piece.bytes.size()));
  piece.bytes.resize(static_cast<size_t>(file.gcount()));
  return piece;
}

base::Result<std::string> LogPath(const std::string& directory, std::string_view run_id,
                                  std::string_view task_id, int attempt) {
  if (!IsSafeName(run_id) || !IsSafeName(task_id) || attempt < 0) {
    return base::Fail(base::Code::kNotFound, "no such log");
  }
  return directory + "/" + std::string(run_id) + "/" + std::string(task_id) + "-" +
         std::to_string(attempt) + ".log";
}

}  // namespace penstock::executor
