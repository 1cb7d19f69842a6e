// SPDX-License-Identifier: Apache-2.0
#include "sys/control_groups.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "sys/process.h"
#include "sys/processes_usage.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

std::string TextOf(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct LayoutCase {
  const char* what;
  const char* mountinfo;
  const char* own;
  std::string folders;  // "memory=/a unified=/b", in order
};

std::string Told(const std::vector<ControlGroupHierarchy>& found) {
  std::string text;
  for (const ControlGroupHierarchy& hierarchy : found) {
    std::string names;
    for (const std::string& name : hierarchy.controllers)
      names += (names.empty() ? "" : ",") + name;
    if (!text.empty()) text += " ";
    text += (hierarchy.unified ? "unified" : names) + "=" + hierarchy.folder;
  }
  return text;
}

TEST(ControlGroupLayout, IsFound) {
  const LayoutCase cases[] = {
      {"version 2",
       "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
       "0::/system.slice/penstock.service\n",
       "unified=/sys/fs/cgroup/system.slice/penstock.service"},
      {"version 2, own namespace", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "0::/\n",
       "unified=/sys/fs/cgroup"},
      {"version 1, joint controllers",
       "33 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
       "34 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
       "35 31 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n",
       "5:memory:/user\n4:cpu,cpuacct:/\n1:name=systemd:/user\n",
       "memory=/sys/fs/cgroup/memory/user cpu,cpuacct=/sys/fs/cgroup/cpu,cpuacct"},
      {"hybrid",
       "34 31 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
       "36 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
       "8:pids:/\n0::/\n", "pids=/sys/fs/cgroup/pids unified=/sys/fs/cgroup/unified"},
      {"a container whose mount shows its own group",
       "34 31 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
       "5:memory:/docker/abc/inner\n", "memory=/sys/fs/cgroup/memory/inner"},
      {"a mount that shows others only",
       "34 31 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
       "5:memory:/docker/abcd\n", ""},
      {"a blank in a path", "34 31 0:29 / /a\\040b rw - cgroup2 none rw\n", "0::/x\n",
       "unified=/a b/x"},
      {"nothing", "", "", ""},
      {"nonsense", "a b - c\n - \n1 2 3 4 5 6 - cgroup\n", ":\n0:\n::\n", ""},
  };
  for (const LayoutCase& one : cases) {
    EXPECT_EQ(Told(FindControlGroups(one.mountinfo, one.own)), one.folders) << one.what;
  }
}

class ControlGroupsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-groups-XXXXXX";
    folder_ = ::mkdtemp(name);
    name_ = "penstock-" + folder_.filename().string();
    groups_ = ControlGroups::Open(name_, folder_ / "record");
  }
  void TearDown() override {
    groups_.reset();
    EXPECT_TRUE(RemoveTree(folder_));
  }

  ProcessSpec Shell(const std::string& script) {
    ProcessSpec spec;
    spec.command = {"sh", "-c", script};
    spec.env = {{"PATH", "/usr/bin:/bin"}};
    return spec;
  }

  RunEnd Run(const ControlGroup& group, const std::string& script, std::string& output) {
    ProcessSpec spec = Shell(script);
    spec.group = &group;
    RunOptions options;
    options.timeout = milliseconds(60'000);
    options.line = [&](std::string_view line) { output.append(line) += "\n"; };
    auto end = RunProcess(spec, options);
    EXPECT_TRUE(end) << end.error().message();
    return end ? *end : RunEnd{};
  }

  fs::path folder_;
  std::string name_;
  std::unique_ptr<ControlGroups> groups_;
};

TEST_F(ControlGroupsTest, ProcessesAreBornInThem) {
  if (groups_->empty()) GTEST_SKIP() << groups_->trouble();
  auto group = groups_->Make("one", {});
  ASSERT_TRUE(group) << group.error().message();
  std::string output;
  Run(*group, "cat /proc/self/cgroup", output);
  EXPECT_THAT(output, HasSubstr("/" + name_ + "/one\n"));
  EXPECT_TRUE(group->Processes().empty());
}

TEST_F(ControlGroupsTest, MemoryIsLimitedAndTheKillIsCounted) {
  if (!groups_->able("memory")) GTEST_SKIP() << groups_->trouble();
  GroupLimits limits;
  limits.memory_bytes = 32 << 20;
  auto group = groups_->Make("hog", limits);
  ASSERT_TRUE(group) << group.error().message();
  std::string output;
  // tail keeps the only line it is given.
  const RunEnd end =
      Run(*group, "head -c 200m /dev/zero | tail -c 150m | wc -c; echo done", output);
  EXPECT_GT(group->Usage().out_of_memory_kills, 0u);
  EXPECT_THAT(output, testing::Not(HasSubstr("157286400")));
  static_cast<void>(end);
}

TEST_F(ControlGroupsTest, ProcessesAreLimited) {
  if (!groups_->able("pids")) GTEST_SKIP() << groups_->trouble();
  GroupLimits limits;
  limits.processes = 5;
  auto group = groups_->Make("many", {});
  ASSERT_TRUE(group) << group.error().message();
  ASSERT_TRUE(groups_->SetLimits(*group, limits));
  std::string output;
  ProcessSpec spec = Shell("");
  Run(*group, "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done 2>&1; wait", output);
  EXPECT_THAT(output, HasSubstr("fork"));
}

TEST_F(ControlGroupsTest, CpuTimeIsLimitedAndCounted) {
  if (!groups_->able("cpu") || !groups_->able("cpuacct")) GTEST_SKIP() << groups_->trouble();
  GroupLimits limits;
  limits.cpus = 0.1;
  auto group = groups_->Make("slow", limits);
  ASSERT_TRUE(group) << group.error().message();
  ProcessSpec spec = Shell("while :; do :; done");
  spec.group = &*group;
  RunOptions options;
  options.timeout = milliseconds(1000);
  auto end = RunProcess(spec, options);
  ASSERT_TRUE(end);
  const auto used = group->Usage().cpu_seconds;
  ASSERT_TRUE(used);
  EXPECT_GT(*used, 0.0);
  // A tenth of a second and the period that had begun, with room for how this is counted.
  EXPECT_LT(*used, 0.4);
  ASSERT_TRUE(end->used);
  EXPECT_GT(end->used->cpu_seconds, 0.0);
}

TEST_F(ControlGroupsTest, WhatHasLeftItsSessionIsKilledWithItsGroup) {
  if (groups_->empty()) GTEST_SKIP() << groups_->trouble();
  pid_t daemon = 0;
  {
    auto group = groups_->Make("daemon", {});
    ASSERT_TRUE(group) << group.error().message();
    std::string output;
    Run(*group, "setsid sh -c 'echo $$; exec sleep 1000' >/dev/stdout 2>/dev/null & sleep 0.3",
        output);
    daemon = std::atoi(output.c_str());
    ASSERT_GT(daemon, 1);
    EXPECT_THAT(group->Processes(), testing::Contains(daemon));
  }
  for (int i = 0; i < 1000 && ::kill(daemon, 0) == 0; ++i) {
    if (TextOf("/proc/" + std::to_string(daemon) + "/stat").find(") Z ") != std::string::npos)
      return;
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_NE(::kill(daemon, 0), 0);
}

TEST_F(ControlGroupsTest, ARunningProcessIsMoved) {
  if (groups_->empty()) GTEST_SKIP() << groups_->trouble();
  auto group = groups_->Make("late", {});
  ASSERT_TRUE(group) << group.error().message();
  auto process = Process::Start(Shell("sleep 1000"));
  ASSERT_TRUE(process);
  EXPECT_TRUE(group->Add(process->pid()));
  EXPECT_THAT(group->Processes(), ElementsAre(process->pid()));
}

TEST_F(ControlGroupsTest, LeftoversOfAKilledServerAreRemoved) {
  if (groups_->empty()) GTEST_SKIP() << groups_->trouble();
  const std::string kept = TextOf(folder_ / "record");
  std::istringstream record(kept);
  std::string base;
  std::getline(record, base);
  groups_.reset();
  EXPECT_FALSE(fs::exists(folder_ / "record"));
  ASSERT_FALSE(fs::exists(base));
  // As a kill leaves it.
  fs::create_directory(base);
  fs::create_directory(base + "/old");
  std::ofstream(folder_ / "record") << kept;
  auto next = ControlGroups::Open(name_, folder_ / "record");
  EXPECT_FALSE(fs::exists(base + "/old"));
  EXPECT_EQ(TextOf(folder_ / "record"), kept);
  // Version 1: there is a folder only while there is a group in it.
  const bool always = fs::exists(base + "/cgroup.controllers");
  EXPECT_EQ(fs::exists(base), always);
  {
    auto group = next->Make("new", {});
    EXPECT_TRUE(group);
    EXPECT_TRUE(fs::exists(base + "/new"));
  }
  EXPECT_EQ(fs::exists(base), always);
  next.reset();
  EXPECT_FALSE(fs::exists(base));
  EXPECT_FALSE(fs::exists(folder_ / "record"));
}

// Version 2: below a group with other processes there are no limits.
TEST_F(ControlGroupsTest, SaysThatOthersAreInTheWay) {
  const fs::path own = folder_ / "own";
  fs::create_directories(own);
  std::ofstream(own / "cgroup.controllers") << "cpu memory pids\n";
  std::ofstream(own / "cgroup.type") << "domain\n";
  std::ofstream(own / "cgroup.procs") << ::getpid() << "\n" << ::getppid() << "\n";
  auto groups = ControlGroups::Open(name_, folder_ / "record2", {{true, {}, own}});
  EXPECT_TRUE(groups->empty());
  EXPECT_THAT(groups->trouble(), HasSubstr("other processes are in the control group"));
  EXPECT_FALSE(fs::exists(own / name_));
}

// Version 2, as far as plain files can stand for the kernel's.
TEST_F(ControlGroupsTest, LimitsOfVersion2AreWritten) {
  const fs::path own = folder_ / "own";
  fs::create_directories(own / name_ / "task");
  std::ofstream(own / "cgroup.controllers") << "cpuset cpu io memory pids\n";
  for (const fs::path& group : {own, own / name_, own / name_ / "task"}) {
    for (const char* file : {"cgroup.subtree_control", "cgroup.procs", "memory.max",
                             "memory.swap.max", "memory.oom.group", "cpu.max", "pids.max"}) {
      std::ofstream(group / file).flush();
    }
  }
  auto groups = ControlGroups::Open(name_, folder_ / "record2", {{true, {}, own}});
  EXPECT_TRUE(groups->able("memory") && groups->able("cpu") && groups->able("pids"))
      << groups->trouble();
  EXPECT_EQ(TextOf(own / name_ / "cgroup.subtree_control").front(), '+');
  GroupLimits limits{uint64_t{64} << 20, 1.5, 100};
  // The folder is there already, which the kernel's would not be.
  EXPECT_FALSE(groups->Make("task", limits));
  fs::rename(own / name_ / "task", folder_ / "aside");
  auto failed = groups->Make("task", limits);
  // A plain folder has no file of the kernel's.
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("memory.max"));
}

TEST_F(ControlGroupsTest, SaysWhatIsMissing) {
  auto none = ControlGroups::Open(name_, folder_ / "record2", {});
  EXPECT_TRUE(none->empty());
  EXPECT_THAT(none->trouble(), HasSubstr("no control groups"));
  auto refused = ControlGroups::Open(name_, folder_ / "record2", {{false, {"memory"}, "/no/such"}});
  EXPECT_TRUE(refused->empty());
  EXPECT_THAT(refused->trouble(), HasSubstr("/no/such"));
}

TEST(ProcessesUsage, AddsUpATree) {
  ProcessSpec spec;
  spec.command = {"sh", "-c",
                  "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done' ; sleep 1000 & "
                  "sleep 1000 & echo ready; wait"};
  spec.env = {{"PATH", "/usr/bin:/bin"}};
  auto process = Process::Start(spec);
  ASSERT_TRUE(process);
  char ready[8];
  ASSERT_GT(::read(process->output_fd(), ready, sizeof(ready)), 0);
  const auto tree = ProcessTree(process->pid(), 100);
  EXPECT_EQ(tree.size(), 3u);
  EXPECT_EQ(ProcessTree(process->pid(), 2).size(), 2u);
  const ProcessesUsage usage = ReadProcessesUsage(tree, -1);
  EXPECT_GT(usage.cpu_seconds, 0.0);
  EXPECT_GT(usage.memory_bytes, 0u);
  EXPECT_LT(ReadProcessesUsage(tree, process->pid()).memory_bytes, usage.memory_bytes);
}

}  // namespace
}  // namespace penstock::sys
