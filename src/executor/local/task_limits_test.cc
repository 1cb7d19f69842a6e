// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "sys/remove_tree.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Version 1 hierarchies of plain folders: able to hold limits, as far as this is asked here.
class TaskLimitsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-limits-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { EXPECT_TRUE(sys::RemoveTree(folder_)); }

  std::unique_ptr<sys::ControlGroups> Groups(const std::set<std::string>& controllers) {
    return sys::ControlGroups::Open("penstock-x", folder_ + "/record",
                                    {{false, controllers, folder_}});
  }

  std::string folder_;
};

TEST_F(TaskLimitsTest, AreThoseOfThePipelineAndTheOperator) {
  const auto groups = Groups({"cpu", "memory", "pids"});
  ir::ResourceSpec resources;
  resources.memory_limit = "64Mi";
  resources.cpu_limit = "500m";
  resources.memory_request = "nonsense, which is for the scheduler";
  TaskLimitOptions options;
  options.processes = 100;
  options.disk_bytes = 1 << 30;
  auto limits = LimitsOf(resources, options, *groups);
  ASSERT_TRUE(limits) << limits.error().message();
  EXPECT_EQ(limits->group.memory_bytes, uint64_t{64} << 20);
  EXPECT_EQ(limits->group.cpus, 0.5);
  EXPECT_TRUE(limits->not_enforced.empty());
  EXPECT_EQ(text::FormatJson(limits->ToJson()),
            R"({"cpus":0.5,"disk_bytes":1073741824,"memory_bytes":67108864,"processes":100})");
}

TEST_F(TaskLimitsTest, SayWhatIsNotEnforced) {
  const auto groups = Groups({"cpu"});
  ir::ResourceSpec resources;
  resources.memory_limit = "1G";
  resources.cpu_limit = "2";
  auto limits = LimitsOf(resources, {}, *groups);
  ASSERT_TRUE(limits);
  EXPECT_FALSE(limits->group.memory_bytes);
  EXPECT_EQ(limits->group.cpus, 2);
  EXPECT_THAT(limits->not_enforced, ElementsAre("memory"));
}

TEST_F(TaskLimitsTest, ZeroAndNothingAreNoLimit) {
  const auto groups = Groups({"cpu", "memory", "pids"});
  ir::ResourceSpec resources;
  resources.memory_limit = "0";
  TaskLimitOptions options;
  options.processes = 0;
  auto limits = LimitsOf(resources, options, *groups);
  ASSERT_TRUE(limits);
  EXPECT_EQ(text::FormatJson(limits->ToJson()), "{}");
}

TEST_F(TaskLimitsTest, RefuseWhatIsNoAmount) {
  const auto groups = Groups({});
  ir::ResourceSpec resources;
  resources.memory_limit = "much";
  auto limits = LimitsOf(resources, {}, *groups);
  ASSERT_FALSE(limits);
  EXPECT_EQ(limits.error().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(limits.error().message(), HasSubstr("'much'"));
  EXPECT_FALSE(ParseDiskLimit("ten"));
  EXPECT_EQ(ParseDiskLimit("10Gi").value(), uint64_t{10} << 30);
  EXPECT_EQ(ParseDiskLimit("").value(), 0u);
}

TEST(DescribeBytes, IsShort) {
  EXPECT_EQ(DescribeBytes(300), "300 bytes");
  EXPECT_EQ(DescribeBytes(64 << 20), "64 MiB");
  EXPECT_EQ(DescribeBytes(uint64_t{3} << 29), "1.5 GiB");
}

}  // namespace
}  // namespace penstock::executor
