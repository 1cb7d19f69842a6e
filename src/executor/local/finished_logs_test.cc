// SPDX-License-Identifier: Apache-2.0
#include "executor/local/finished_logs.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "executor/local/executor_fakes.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

// A store that takes nothing until it is told to.
class SlowStore final : public engine::ArtifactStore {
 public:
  explicit SlowStore(fs::path folder) : real_(folder) {}

  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  fs::path PathOf(const std::string& uri) const { return real_.PathOf(uri); }

  base::Result<engine::StoredArtifact> Publish(const std::string& path,
                                               std::string_view uri) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
    return real_.Publish(path, uri);
  }
  base::Result<bool> Exists(std::string_view uri) override { return fs::exists(real_.PathOf(uri)); }
  base::Status CheckRoot(std::string_view) override { return {}; }
  base::Status Fetch(std::string_view, const std::string&) override { return {}; }
  base::Status Write(std::string_view, std::string_view) override { return {}; }
  base::Status Read(std::string_view, base::ByteSink&) override { return {}; }
  base::Result<engine::StoredArtifact> Describe(std::string_view uri) override {
    return real_.Describe(uri);
  }
  base::Result<uint64_t> Remove(std::string_view, const std::vector<std::string>&) override {
    return 0;
  }

 private:
  FolderStore real_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class FinishedLogsTest : public testing::Test {
 protected:
  FinishedLogsTest() {
    char name[] = "/tmp/penstock-logs-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = std::make_unique<SlowStore>(folder_ / "store");
  }
  ~FinishedLogsTest() override { static_cast<void>(sys::RemoveTree(folder_)); }

  std::unique_ptr<FinishedLogs> Make(const std::string& record = "record") {
    return std::make_unique<FinishedLogs>(folder_ / "logs", folder_ / record, *store_, logger_);
  }
  engine::TaskLaunch Written(const std::string& run, const std::string& task,
                             const std::string& text) {
    engine::TaskLaunch launch;
    launch.run_id = run;
    launch.task_id = task;
    launch.log_uri = UriOf(task);
    fs::create_directories(folder_ / "logs" / run);
    std::ofstream(folder_ / "logs" / run / (task + "-0.log")) << text;
    return launch;
  }
  static std::string UriOf(const std::string& task) { return "minio://b/logs/" + task; }
  std::string Stored(const std::string& task) const {
    std::ifstream file(store_->PathOf(UriOf(task)));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_;
  base::NullLogger logger_;
  std::unique_ptr<SlowStore> store_;
};

TEST_F(FinishedLogsTest, TheEndOfARunWaitsForItsLogsAlone) {
  auto logs = Make();
  logs->Store(Written("run", "task", "said"));
  logs->Await("another");  // of which there are none
  std::atomic<bool> told = false;
  std::thread end([&] {
    logs->Await("run");
    told = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(told);
  EXPECT_EQ(Stored("task"), "");
  store_->Open();
  end.join();
  EXPECT_EQ(Stored("task"), "said");
  EXPECT_EQ(fs::file_size(folder_ / "record"), 0U);
}

TEST_F(FinishedLogsTest, TheNextProcessGoesOnWithWhatIsOnRecord) {
  auto killed = Make();
  killed->Store(Written("run", "first", "one"));
  killed->Store(Written("run", "second", "two"));
  // As a kill would leave it, in the middle of a line.
  fs::copy_file(folder_ / "record", folder_ / "left");
  std::ofstream(folder_ / "left", std::ios::app) << R"({"run":"ru)";
  store_->Open();
  killed.reset();
  EXPECT_EQ(Stored("first"), "one");
  fs::remove(store_->PathOf(UriOf("first")));
  std::ofstream(store_->PathOf(UriOf("second"))) << "stored already";
  auto next = Make("left");
  next->Await("run");
  EXPECT_EQ(Stored("first"), "one");
  EXPECT_EQ(Stored("second"), "stored already");
  EXPECT_EQ(fs::file_size(folder_ / "left"), 0U);
}

TEST_F(FinishedLogsTest, LargeLogsAndThoseBeyondAllMeasureDoNotWait) {
  store_->Open();
  auto logs = Make();
  const std::string large(FinishedLogs::kLargest + 1, 'x');
  logs->Store(Written("run", "large", large));
  EXPECT_EQ(Stored("large"), large);
  for (size_t i = 0; i < 2 * FinishedLogs::kMostWaiting; ++i) {
    logs->Store(Written("many", "task" + std::to_string(i), "said"));
  }
  logs->Await("many");
  for (size_t i = 0; i < 2 * FinishedLogs::kMostWaiting; ++i) {
    EXPECT_EQ(Stored("task" + std::to_string(i)), "said") << i;
  }
}

TEST_F(FinishedLogsTest, ALogThatIsGoneIsNoTrouble) {
  store_->Open();
  auto logs = Make();
  engine::TaskLaunch launch = Written("run", "task", "said");
  fs::remove(folder_ / "logs" / "run" / "task-0.log");
  logs->Store(launch);
  logs->Await("run");
  launch.log_uri = "";
  logs->Store(launch);
  EXPECT_EQ(Stored("task"), "");
}

}  // namespace
}  // namespace penstock::executor
