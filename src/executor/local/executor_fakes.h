// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "engine/artifact_handover.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "ir/executor_io.h"

// For tests of executors.
namespace penstock::executor {

// Keeps artifacts in a folder: minio://bucket/key is <folder>/minio/bucket/key.
class FolderStore final : public engine::ArtifactStore, public engine::ArtifactHandover {
 public:
  explicit FolderStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path PathOf(std::string_view uri) const {
    return folder_.string() + ir::LocalPath(uri);
  }

  base::Status CheckRoot(std::string_view) override { return {}; }
  base::Status Fetch(std::string_view uri, const std::string& local_path) override {
    return Copy(PathOf(uri), local_path);
  }
  // The store's own files, which so could be damaged.
  base::Status FetchReadOnly(std::string_view uri, const std::string& local_path) override {
    if (!std::filesystem::is_regular_file(PathOf(uri))) return Fetch(uri, local_path);
    std::filesystem::create_hard_link(PathOf(uri), local_path);
    return {};
  }
  base::Result<engine::StoredArtifact> PublishLast(const std::string& local_path,
                                                   std::string_view uri) override {
    ++moved;
    auto stored = Publish(local_path, uri);
    std::filesystem::remove_all(local_path);
    return stored;
  }
  void WhenWhole(std::string_view uri,
                 std::function<void(base::Result<engine::StoredArtifact>)> done) override {
    done(Describe(uri));
  }
  int moved = 0;

  base::Result<engine::StoredArtifact> Publish(const std::string& local_path,
                                               std::string_view uri) override {
    std::filesystem::create_directories(PathOf(uri).parent_path());
    PENSTOCK_RETURN_IF_ERROR(Copy(local_path, PathOf(uri)));
    engine::StoredArtifact stored;
    stored.directory = std::filesystem::is_directory(local_path);
    if (!stored.directory) stored.size = std::filesystem::file_size(local_path);
    return stored;
  }
  base::Status Write(std::string_view uri, std::string_view bytes) override {
    std::filesystem::create_directories(PathOf(uri).parent_path());
    std::ofstream(PathOf(uri)) << bytes;
    return {};
  }
  base::Status Read(std::string_view, base::ByteSink&) override { return {}; }
  base::Result<bool> Exists(std::string_view) override { return true; }
  base::Result<engine::StoredArtifact> Describe(std::string_view uri) override {
    engine::StoredArtifact stored;
    stored.directory = std::filesystem::is_directory(PathOf(uri));
    if (!stored.directory) stored.size = std::filesystem::file_size(PathOf(uri));
    return stored;
  }
  base::Result<uint64_t> Remove(std::string_view, const std::vector<std::string>&) override {
    return 0;
  }

 private:
  static base::Status Copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (!std::filesystem::exists(from))
      return base::Fail(base::Code::kNotFound, "no " + from.string());
    std::filesystem::copy(from, to,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    return {};
  }

  const std::filesystem::path folder_;
};

// Waits for one task.
class Waiter {
 public:
  std::function<void()> Started() {
    return [this] {
      std::lock_guard lock(mutex_);
      started_ = true;
      changed_.notify_all();
    };
  }
  std::function<void(engine::TaskOutcome)> Done() {
    return [this](engine::TaskOutcome outcome) {
      std::lock_guard lock(mutex_);
      outcome_ = std::move(outcome);
      changed_.notify_all();
    };
  }
  void WaitStarted() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return started_ || outcome_.has_value(); });
  }
  engine::TaskOutcome Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return outcome_.has_value(); });
    return *outcome_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::optional<engine::TaskOutcome> outcome_;
};

}  // namespace penstock::executor
