// SPDX-License-Identifier: Apache-2.0
#include "sys/observed_group.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;

class ObservedGroupTest : public testing::Test {
 protected:
  ObservedGroupTest() {
    char name[] = "/tmp/penstock-observed-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~ObservedGroupTest() override { fs::remove_all(folder_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  std::string Mount(const std::string& place, const std::string& type,
                    const std::string& options) const {
    return "30 20 0:26 / " + (folder_ / place).string() + " rw - " + type + " x rw," + options +
           "\n";
  }

  fs::path folder_;
};

TEST_F(ObservedGroupTest, OfVersion1) {
  Write("memory/box/memory.usage_in_bytes", "5000\n");
  Write("memory/box/memory.stat", "cache 9\ntotal_inactive_file 1000\n");
  Write("memory/box/memory.oom_control", "oom_kill 2\n");
  Write("cpu/box/cpuacct.usage", "2500000000\n");
  Write("memory/box/cgroup.procs", "17\n18\n");
  Write("cpu/box/cgroup.procs", "17\n18\n");
  const std::string mounts =
      Mount("memory", "cgroup", "memory") + Mount("cpu", "cgroup", "cpu,cpuacct");
  auto group = ObservedGroup::Find(mounts, "4:memory:/box\n3:cpu,cpuacct:/box\n",
                                   "4:memory:/own\n3:cpu,cpuacct:/own\n");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->Usage().memory_bytes, 4000u);
  EXPECT_EQ(group->Usage().cpu_seconds, 2.5);
  EXPECT_EQ(group->Usage().out_of_memory_kills, 2u);
  EXPECT_EQ(group->Processes(), (std::vector<pid_t>{17, 18}));
}

TEST_F(ObservedGroupTest, OfVersion2) {
  Write("all/box/memory.current", "5000\n");
  Write("all/box/memory.stat", "inactive_file 1000\n");
  Write("all/box/cpu.stat", "usage_usec 1500000\nuser_usec 1\n");
  const std::string mounts = Mount("all", "cgroup2", "nsdelegate");
  auto group = ObservedGroup::Find(mounts, "0::/box\n", "0::/\n");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->Usage().memory_bytes, 4000u);
  EXPECT_EQ(group->Usage().cpu_seconds, 1.5);
}

TEST_F(ObservedGroupTest, OurOwnAndWhatCannotBeSeenAreNone) {
  const std::string mounts = Mount("all", "cgroup2", "nsdelegate");
  EXPECT_FALSE(ObservedGroup::Find(mounts, "0::/box\n", "0::/box\n"));
  EXPECT_FALSE(ObservedGroup::Find("", "0::/box\n", "0::/\n"));
  EXPECT_FALSE(ObservedGroup::Find(mounts, "", "0::/\n"));
  EXPECT_FALSE(ObservedGroup::OfProcess(::getpid()));
}

}  // namespace
}  // namespace penstock::sys
