// SPDX-License-Identifier: Apache-2.0
#include "executor/local/finished_logs.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "executor/local/attempt_outcome.h"
#include "executor/local/task_log.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

using text::Json;

// Puts that come together share the disk's syncs.
constexpr size_t kThreads = 4;
constexpr std::chrono::seconds kLongestWait{10};
// Of the record, while logs keep coming: it is begun anew whenever none waits.
constexpr uint64_t kLongestRecord = uint64_t{16} << 20;

}  // namespace

FinishedLogs::FinishedLogs(std::string log_directory, std::string record,
                           engine::ArtifactStore& artifacts, base::Logger& logger)
    : log_directory_(std::move(log_directory)),
      record_path_(std::move(record)),
      artifacts_(artifacts),
      logger_(logger) {
  TakeUp();
  record_.open(record_path_, std::ios::binary | std::ios::app);
  for (size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Run(); });
}

FinishedLogs::~FinishedLogs() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    come_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

std::string FinishedLogs::Line(const Finished& log) {
  Json::Object line;
  line["run"] = log.run_id;
  line["task"] = log.task_id;
  line["attempt"] = int64_t{log.attempt};
  line["uri"] = log.uri;
  return text::FormatJson(Json(std::move(line))) + "\n";
}

// What the last process has left. Its last line may have been cut off.
void FinishedLogs::TakeUp() {
  std::ifstream record(record_path_, std::ios::binary);
  for (std::string line; std::getline(record, line);) {
    recorded_ += line.size() + 1;
    auto json = text::ParseJson(line);
    if (!json) continue;
    Finished log{json->StringOr("run", ""), json->StringOr("task", ""),
                 static_cast<int>(json->IntegerOr("attempt", -1)), json->StringOr("uri", "")};
    // Most have been stored, and only the record's end has not been noted.
    const auto stored = artifacts_.Exists(log.uri);
    if (!LogPath(log_directory_, log.run_id, log.task_id, log.attempt) || (stored && *stored)) {
      continue;
    }
    ++left_[log.run_id];
    waiting_.push_back(std::move(log));
  }
}

void FinishedLogs::Store(const engine::TaskLaunch& launch) {
  if (launch.log_uri.empty()) return;
  Finished log{launch.run_id, launch.task_id, launch.attempt, launch.log_uri};
  if (!Keep(log)) StoreNow(log);
}

// False where it cannot wait.
bool FinishedLogs::Keep(const Finished& log) {
  auto path = LogPath(log_directory_, log.run_id, log.task_id, log.attempt);
  std::error_code error;
  if (!path || std::filesystem::file_size(*path, error) > kLargest || error) return false;
  const std::string line = Line(log);
  std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMostWaiting || recorded_ > kLongestRecord) return false;
  record_.clear();
  record_ << line << std::flush;
  if (!record_.good()) return false;
  recorded_ += line.size();
  ++left_[log.run_id];
  waiting_.push_back(log);
  come_.notify_one();
  return true;
}

void FinishedLogs::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    come_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Finished log = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    StoreNow(log);
    lock.lock();
    Forget(log);
  }
}

void FinishedLogs::StoreNow(const Finished& log) {
  auto path = LogPath(log_directory_, log.run_id, log.task_id, log.attempt);
  if (path) PublishLog(log.task_id, *path, log.uri, artifacts_, logger_);
}

// Under the lock.
void FinishedLogs::Forget(const Finished& log) {
  auto left = left_.find(log.run_id);
  if (--left->second == 0) left_.erase(left);
  if (left_.empty()) {
    std::error_code error;
    std::filesystem::resize_file(record_path_, 0, error);
    if (!error) recorded_ = 0;
  }
  gone_.notify_all();
}

void FinishedLogs::Await(const std::string& run_id) {
  std::unique_lock lock(mutex_);
  gone_.wait_for(lock, kLongestWait, [&] { return !left_.contains(run_id); });
}

}  // namespace penstock::executor
