// SPDX-License-Identifier: Apache-2.0
// What may happen to a sandbox that is ready while it waits for its task.
#include <algorithm>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "executor/local/room_test_base.h"
#include "sys/room.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskOutcome;
using testing::HasSubstr;

constexpr const char* kProgram = "print('it ran')";

class ReadyFaultsTest : public RoomTest {
 protected:
  fs::path work() const { return folder_ / "data/tasks/work"; }

  // Runs tasks until a sandbox waits for the next one.
  void AwaitReady() {
    for (int round = 0; round < 20 && Waiting().empty(); ++round) {
      Printed(Component("sdk", kProgram), "warm");
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    ASSERT_FALSE(Waiting().empty()) << remembering_.Text();
  }

  // The folders of tasks, those that wait to be lent among them.
  std::vector<fs::path> TaskFolders() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(work())) {
      const std::string name = entry.path().filename();
      std::error_code gone;
      if (entry.is_directory(gone) && !name.starts_with("worker-")) found.push_back(entry.path());
    }
    return found;
  }

  // Also what is being emptied, as its task has ended just now.
  static void Remove(const fs::path& folder) {
    std::error_code gone;
    while (fs::exists(folder)) fs::remove_all(folder, gone);
  }

  // The control groups, in every hierarchy, of what waits.
  std::set<fs::path> WaitingGroups() const {
    std::set<fs::path> found;
    for (pid_t pid : Waiting()) {
      std::ifstream lines("/proc/" + std::to_string(pid) + "/cgroup");
      for (std::string line; std::getline(lines, line);) {
        const size_t names = line.find(':') + 1, path = line.find(":/") + 1;
        const std::string controllers = line.substr(names, path - 1 - names);
        if (line.find("/task-ready-") == std::string::npos) continue;
        found.insert(fs::path("/sys/fs/cgroup/" + controllers + line.substr(path)));
      }
    }
    return found;
  }
};

TEST_F(ReadyFaultsTest, ATaskWhoseFolderIsGoneGetsAnother) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  for (const char* part : {"", "tmp", "home/work", "upper"}) {
    ASSERT_NO_FATAL_FAILURE(AwaitReady());
    for (const fs::path& folder : TaskFolders()) Remove(*part ? folder / part : folder);
    EXPECT_THAT(Printed(Component("sdk", kProgram), "warm"), HasSubstr("it ran")) << part;
    EXPECT_FALSE(WarmStartFailed()) << part << Log();
  }
}

// The server is told to stop.
TEST_F(ReadyFaultsTest, NothingIsLeftOfThoseThatWaitWhenTheExecutorGoes) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  ASSERT_NO_FATAL_FAILURE(AwaitReady());
  const std::set<fs::path> groups = WaitingGroups();
  EXPECT_FALSE(groups.empty());
  for (const fs::path& group : groups) EXPECT_TRUE(fs::exists(group)) << group;
  // Another one may be about to be made.
  Waiter waiters[2];
  for (Waiter& waiter : waiters) {
    const auto launch = Component("sdk", kProgram, waiters == &waiter ? "one" : "two");
    executor().Start(launch, waiter.Started(), waiter.Done());
  }
  for (Waiter& waiter : waiters) EXPECT_EQ(waiter.Wait().kind, TaskOutcome::Kind::kSucceeded);
  executor_.reset();
  EXPECT_THAT(Workers(), testing::IsEmpty());
  for (const fs::path& group : groups) EXPECT_FALSE(fs::exists(group)) << group;
  EXPECT_THAT(TaskFolders(), testing::IsEmpty());
  EXPECT_EQ(ReadAll("/proc/self/mountinfo").find(folder_.filename()), std::string::npos);
}

// A package may have code that runs at each fork, so also where no task is yet.
TEST_F(ReadyFaultsTest, OneInWhichAPackageFillsTheDiskIsEndedAndItsTaskGetsAnother) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(R"(
import os
def fill():
    ready = '/task-ready-' in open('/proc/self/cgroup').read()
    if ready:
        with open('/tmp/fill', 'wb') as file:
            for _ in range(80): file.write(b'x' * (1 << 20))
os.register_at_fork(after_in_child=fill)
)"));
  ASSERT_NO_FATAL_FAILURE(AwaitReady());
  const std::set<fs::path> groups = WaitingGroups();
  bool ended = false;
  for (int i = 0; i < 300 && !ended; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ended = std::ranges::none_of(groups, [](const fs::path& group) { return fs::exists(group); });
  }
  EXPECT_TRUE(ended);
  std::vector<fs::path> filled = TaskFolders();
  std::erase_if(filled, [](const fs::path& folder) { return !fs::exists(folder / "tmp/fill"); });
  EXPECT_FALSE(filled.empty());
  EXPECT_THAT(
      Printed(Component("sdk", "import os\nprint('it ran', os.path.exists('/tmp/fill'))"), "warm"),
      HasSubstr("it ran False"));
  // What it had filled has gone with it.
  for (const fs::path& folder : filled) EXPECT_FALSE(fs::exists(folder)) << folder;
}

// On a disk of its own, which is small.
class FullDiskTest : public ReadyFaultsTest {
 protected:
  void SetUp() override {
    ReadyFaultsTest::SetUp();
    if (IsSkipped()) return;
    executor_.reset();
    fs::create_directories(disk());
    mounted_ = ::mount("penstock-test", disk().c_str(), "tmpfs", 0, "size=64m,nr_inodes=4096") == 0;
    if (!mounted_) GTEST_SKIP() << "no disk of its own can be mounted here";
    auto made = MakeLocalExecutor(options_, *store_, clock_, random_, remembering_);
    ASSERT_TRUE(made) << made.error().message();
    executor_ = std::move(*made);
  }
  void TearDown() override {
    executor_.reset();
    if (mounted_) {
      EXPECT_EQ(::umount(disk().c_str()), 0);
    }
    ReadyFaultsTest::TearDown();
  }

  fs::path disk() const { return folder_ / "data"; }
  void Fill() const {
    std::ofstream file(disk() / "filler", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  // It takes no sandbox that is ready.
  engine::TaskLaunch Limited(const std::string& id, const std::string& program) {
    engine::TaskLaunch launch = Component("sdk", program, id);
    launch.resources.memory_limit = "200Mi";
    return launch;
  }
  // Runs tasks two at a time until a folder waits beside the two that are made ready.
  void AwaitOneNotReady() {
    for (int round = 0; round < 20 && TaskFolders().size() < 3; ++round) {
      Waiter waiters[2];
      executor().Start(Component("sdk", kProgram, "one"), waiters[0].Started(), waiters[0].Done());
      executor().Start(Limited("two", kProgram), waiters[1].Started(), waiters[1].Done());
      for (Waiter& waiter : waiters) waiter.Wait();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    ASSERT_GE(TaskFolders().size(), 3U);
  }
  // Removing them gives no room then.
  std::vector<sys::UniqueFd> HoldFolders() const {
    std::vector<sys::UniqueFd> held;
    for (const auto& entry : fs::recursive_directory_iterator(work())) {
      held.emplace_back(::open(entry.path().c_str(), O_PATH | O_CLOEXEC));
    }
    return held;
  }
  // Opens something in the mounts of that task when it has ended.
  sys::UniqueFd HoldRoomOf(const engine::TaskLaunch& launch) {
    Waiter waiter;
    executor().Start(launch, waiter.Started(), waiter.Done());
    waiter.WaitStarted();
    sys::UniqueFd mounts, open;
    for (int look = 0; look < 50 && !mounts.valid(); ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      for (pid_t pid : Workers()) {
        const std::string group = ReadAll("/proc/" + std::to_string(pid) + "/cgroup");
        if (group.find(launch.task_id) != std::string::npos) mounts = sys::Room::MountsOf(pid);
      }
    }
    waiter.Wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // until its folder waits
    std::thread([&] {
      if (::unshare(CLONE_FS) != 0 || ::setns(mounts.get(), CLONE_NEWNS) != 0) return;
      open = sys::UniqueFd(::open("/home/task/work", O_PATH | O_CLOEXEC));
    }).join();
    return open;
  }
  // So that no folder can be made there.
  void FillWithFiles() const {
    fs::create_directory(disk() / "fillers");
    for (int i = 0; std::ofstream(disk() / "fillers" / std::to_string(i)); ++i) {
    }
  }

  bool mounted_ = false;
};

// It starts cold, and then has room or not.
TEST_F(FullDiskTest, AFullDiskIsNotTheFaultOfTheWorker) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  ASSERT_NO_FATAL_FAILURE(AwaitReady());
  Fill();
  this->Run(Component("sdk", kProgram, "full"));
  fs::remove(disk() / "filler");
  EXPECT_THAT(Printed(Component("sdk", kProgram), "warm"), HasSubstr("it ran"));
  EXPECT_EQ(remembering_.Count("a warm worker does not work"), 0) << remembering_.Text();
}

// Somebody holds on to the folders that wait for it, and new ones cannot be made.
TEST_F(FullDiskTest, ATaskForWhichNoFolderCanBeMadeFailsAndTheNextOneRuns) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  ASSERT_NO_FATAL_FAILURE(AwaitReady());
  ASSERT_NO_FATAL_FAILURE(AwaitOneNotReady());
  std::vector<sys::UniqueFd> held = HoldFolders();
  held.push_back(HoldRoomOf(Limited("held", "import time; time.sleep(1)")));
  ASSERT_TRUE(held.back().valid());
  FillWithFiles();
  const TaskOutcome full = this->Run(Limited("full", kProgram));
  EXPECT_EQ(full.kind, TaskOutcome::Kind::kFailed);
  EXPECT_TRUE(full.infrastructure);
  EXPECT_THAT(full.message, HasSubstr("cannot make "));
  held.clear();
  fs::remove_all(disk() / "fillers");
  EXPECT_THAT(Printed(Limited("next", kProgram), "warm"), HasSubstr("it ran"));
}

}  // namespace
}  // namespace penstock::executor
