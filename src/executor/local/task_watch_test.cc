// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_watch.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "executor/local/live_profiles.h"
#include "executor/local/work_folder.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

// Without a control group, as where none may be made.
class TaskWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-watch-XXXXXX";
    folder_ = ::mkdtemp(name);
    subject_.folder = folder_;
    // As a WorkFolder has them.
    std::filesystem::create_directory(folder_ + "/tmp");
    std::filesystem::create_directory(folder_ + "/" + std::string(WorkFolder::kInputs));
  }
  void TearDown() override { EXPECT_TRUE(sys::RemoveTree(folder_)); }

  sys::RunEnd Run(TaskWatch& watch, const std::string& script) {
    sys::ProcessSpec spec;
    spec.command = {"sh", "-c", script};
    spec.env = {{"PATH", "/usr/bin:/bin"}};
    spec.working_directory = folder_;
    sys::RunOptions options;
    options.timeout = std::chrono::seconds(60);
    options.watch = [&](const sys::Process& process) { return watch.Look(process); };
    options.watch_pause = [&] { return watch.Pause(); };
    auto end = sys::RunProcess(spec, options);
    EXPECT_TRUE(end) << end.error().message();
    return end ? *end : sys::RunEnd{};
  }

  std::string folder_;
  TaskWatch::Subject subject_;
};

TEST_F(TaskWatchTest, TooManyProcessesAreEnded) {
  subject_.limits.group.processes = 10;
  TaskWatch watch(subject_);
  const sys::RunEnd end =
      Run(watch, "i=0; while [ $i -lt 30 ]; do sleep 1000 & i=$((i+1)); done; wait");
  EXPECT_EQ(end.cause, sys::RunEnd::Cause::kStopped);
  EXPECT_EQ(end.why, "killed: process limit of 10 reached");
  EXPECT_EQ(watch.killed_by(), "process limit");
}

TEST_F(TaskWatchTest, AFewProcessesAreNot) {
  subject_.limits.group.processes = 10;
  TaskWatch watch(subject_);
  EXPECT_TRUE(Run(watch, "sleep 0.5 & sleep 0.5 & sleep 0.5 & wait").status.success());
  EXPECT_EQ(watch.killed_by(), "");
}

TEST_F(TaskWatchTest, TooMuchDiskIsEnded) {
  subject_.limits.disk_bytes = 1 << 20;
  TaskWatch watch(subject_);
  const sys::RunEnd end = Run(watch, "head -c 3m /dev/zero > tmp/file; sleep 1000");
  EXPECT_EQ(end.why, "killed: disk limit of 1 MiB reached");
  EXPECT_EQ(watch.killed_by(), "disk limit");
}

TEST_F(TaskWatchTest, InputsAreNotTheTasksOwn) {
  subject_.limits.disk_bytes = 1 << 20;
  TaskWatch watch(subject_);
  EXPECT_TRUE(Run(watch, "head -c 3m /dev/zero > inputs/0; sleep 0.5").status.success());
  EXPECT_EQ(watch.killed_by(), "");
}

// The disk is nearly full: less than a twentieth of it is left.
TEST_F(TaskWatchTest, WhoFillsTheDiskIsEnded) {
  subject_.space = [](const std::string&) {
    return sys::DiskSpace{.size = uint64_t{20} << 20, .free = uint64_t{1} << 19};
  };
  TaskWatch watch(subject_);
  const sys::RunEnd end = Run(watch, "head -c 3m /dev/zero > tmp/file; sleep 1000");
  EXPECT_EQ(end.why,
            "killed: the disk has less than 1 MiB left, and the task has filled more than that");
  EXPECT_EQ(watch.killed_by(), "disk limit");
}

TEST_F(TaskWatchTest, WhoDoesNotFillItIsNot) {
  subject_.space = [](const std::string&) {
    return sys::DiskSpace{.size = uint64_t{20} << 20, .free = uint64_t{1} << 19};
  };
  TaskWatch watch(subject_);
  // Somebody else's file, brought here as an input, is the larger one.
  EXPECT_TRUE(Run(watch,
                  "head -c 3m /dev/zero > inputs/0; head -c 100k /dev/zero > tmp/file; "
                  "sleep 0.5")
                  .status.success());
  EXPECT_EQ(watch.killed_by(), "");
}

TEST_F(TaskWatchTest, WithEnoughSpaceNobodyIsEnded) {
  subject_.space = [](const std::string&) {
    return sys::DiskSpace{.size = uint64_t{20} << 20, .free = uint64_t{1} << 20};
  };
  TaskWatch watch(subject_);
  EXPECT_TRUE(Run(watch, "head -c 3m /dev/zero > tmp/file; sleep 0.5").status.success());
}

TEST_F(TaskWatchTest, OthersSeeTheProfileMeanwhile) {
  TaskWatch watch(subject_);
  LiveProfiles profiles;
  std::optional<text::Json> seen;
  {
    const auto shown = profiles.Show("t", [&watch] { return watch.ProfileSoFar(); });
    std::thread other([&] {
      for (int i = 0; i < 2000 && (!seen || seen->Find("samples")->as_array().empty()); ++i) {
        seen = profiles.Of("t");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    EXPECT_TRUE(Run(watch, "sleep 1").status.success());
    other.join();
    // A later attempt takes the place, and the end of an earlier one changes nothing.
    auto later = profiles.Show("t", [] { return text::Json(1); });
    EXPECT_EQ(profiles.Of("t"), text::Json(1));
    later.reset();
  }
  ASSERT_TRUE(seen);
  EXPECT_GE(seen->Find("samples")->as_array().size(), 1u);
  EXPECT_EQ(seen->StringOr("source", ""), "processes");
  EXPECT_FALSE(profiles.Of("t"));
  EXPECT_FALSE(profiles.Of("other"));
}

TEST_F(TaskWatchTest, FiguresComeFromTheProcesses) {
  TaskWatch watch(subject_);
  const sys::RunEnd end = Run(watch, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 1");
  ASSERT_TRUE(end.status.success());
  const text::Json profile = watch.Profile(end);
  EXPECT_EQ(profile.StringOr("source", ""), "processes");
  EXPECT_GT(profile.Find("cpu_seconds")->as_number(), 0);
  EXPECT_GT(profile.IntegerOr("peak_memory_bytes", 0), 100'000);
  EXPECT_GE(profile.Find("samples")->as_array().size(), 2u);
  EXPECT_EQ(profile.Find("not_enforced"), nullptr);
}

}  // namespace
}  // namespace penstock::executor
