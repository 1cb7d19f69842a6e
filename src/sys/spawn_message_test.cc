// SPDX-License-Identifier: Apache-2.0
#include "sys/spawn_message.h"

#include <gtest/gtest.h>

namespace penstock::sys {
namespace {

ChildPlan SomePlan() {
  ChildPlan plan;
  plan.sandbox.mount_point = "/mnt";
  plan.sandbox.hostname = "task";
  plan.sandbox.own_network = true;
  plan.sandbox.room = 30;
  plan.join_files = {31, 32};
  plan.group_folder = 33;
  MountAction mount;
  mount.call = MountAction::Call::kMount;
  mount.target = "/mnt/proc";
  mount.source = "proc";
  mount.type = "proc";
  mount.flags = 14;
  mount.data = "mode=0755";
  mount.optional = true;
  MountAction move;
  move.call = MountAction::Call::kMoveMount;
  move.target = std::string("/mnt/a\n b");
  move.attributes = uint64_t{1} << 40;
  move.file = 34;
  plan.sandbox.actions = {mount, move};
  return plan;
}

TEST(SpawnMessage, CarriesThePlan) {
  std::vector<int> files;
  const std::string bytes = EncodePlan(SomePlan(), files);
  EXPECT_EQ(files, (std::vector<int>{30, 33, 31, 32, 34}));
  // As they are numbered where they arrive.
  const std::vector<int> arrived = {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30};
  ChildPlan plan;
  ASSERT_TRUE(DecodePlan(bytes, arrived, plan));
  EXPECT_TRUE(plan.sandboxed);
  EXPECT_EQ(plan.sandbox.mount_point, "/mnt");
  EXPECT_EQ(plan.sandbox.hostname, "task");
  EXPECT_TRUE(plan.sandbox.own_network);
  EXPECT_EQ(plan.sandbox.room, 26);
  EXPECT_EQ(plan.group_folder, 27);
  EXPECT_EQ(plan.join_files, (std::vector<int>{28, 29}));
  ASSERT_EQ(plan.sandbox.actions.size(), 2U);
  const MountAction& mount = plan.sandbox.actions[0];
  EXPECT_EQ(mount.call, MountAction::Call::kMount);
  EXPECT_EQ(mount.target, "/mnt/proc");
  EXPECT_EQ(mount.source, "proc");
  EXPECT_EQ(mount.type, "proc");
  EXPECT_EQ(mount.flags, 14U);
  EXPECT_EQ(mount.data, "mode=0755");
  EXPECT_TRUE(mount.optional);
  EXPECT_EQ(mount.file, -1);
  const MountAction& move = plan.sandbox.actions[1];
  EXPECT_EQ(move.call, MountAction::Call::kMoveMount);
  EXPECT_EQ(move.target, "/mnt/a\n b");
  EXPECT_EQ(move.attributes, uint64_t{1} << 40);
  EXPECT_FALSE(move.optional);
  EXPECT_EQ(move.file, 30);
}

TEST(SpawnMessage, TakesNothingElse) {
  std::vector<int> files;
  const std::string bytes = EncodePlan(SomePlan(), files);
  const std::vector<int> arrived = {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30};
  for (size_t size = 0; size < bytes.size(); ++size) {
    ChildPlan plan;
    EXPECT_FALSE(DecodePlan(bytes.substr(0, size), arrived, plan)) << size;
  }
  ChildPlan longer, fewer;
  EXPECT_FALSE(DecodePlan(bytes + "x", arrived, longer));
  EXPECT_FALSE(DecodePlan(bytes, {20, 21, 22, 23, 24, 25, 26, 27, 28, 29}, fewer));
}

}  // namespace
}  // namespace penstock::sys
