// SPDX-License-Identifier: Apache-2.0
#include "store/drives/membership.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

DriveLabel Sample() {
  DriveLabel label;
  label.position = 2;
  label.promised = 7;
  label.members.set_id = std::string(32, 'a');
  label.members.parity = 1;
  label.members.epoch = {6, 12};
  label.members.in_sync = 0b101;
  for (char digit : {'1', '2', '3'}) {
    label.members.drives.push_back({std::string(32, digit), digit == '2'});
  }
  return label;
}

TEST(DriveLabel, IsReadAsItWasWritten) {
  std::string text = Sample().Encode();
  auto label = DriveLabel::Decode(text);
  ASSERT_TRUE(label) << text;
  EXPECT_EQ(label->position, 2);
  EXPECT_EQ(label->promised, 7u);
  EXPECT_EQ(label->drive_id(), std::string(32, '3'));
  EXPECT_EQ(label->members.epoch, (Epoch{6, 12}));
  EXPECT_EQ(label->members.in_sync, 0b101u);
  EXPECT_TRUE(label->members.drives[1].mounted);
  EXPECT_EQ(label->Encode(), text);
}

TEST(DriveLabel, DamageIsNoticedAtEveryByte) {
  const std::string text = Sample().Encode();
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(DriveLabel::Decode(text.substr(0, i))) << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(DriveLabel::Decode(flipped)) << i;
  }
  EXPECT_FALSE(DriveLabel::Decode(text + "\n"));
}

TEST(DriveLabel, WhatCannotBeIsRefused) {
  DriveLabel label = Sample();
  label.position = 3;
  EXPECT_FALSE(DriveLabel::Decode(label.Encode()));
  label = Sample();
  label.members.parity = 2;
  EXPECT_FALSE(DriveLabel::Decode(label.Encode()));
  label = Sample();
  label.members.drives.resize(1);
  EXPECT_FALSE(DriveLabel::Decode(label.Encode()));
}

TEST(Epoch, LaterStartsComeAfterLaterChanges) {
  EXPECT_LT((Epoch{1, 9}), (Epoch{2, 0}));
  EXPECT_LT((Epoch{2, 0}), (Epoch{2, 1}));
}

TEST(Geometry, HasTheParityThatIsUsual) {
  const std::map<int, int> expected = {{2, 1}, {3, 1}, {4, 2}, {5, 2}, {6, 3},
                                       {7, 3}, {8, 4}, {9, 4}, {16, 4}};
  for (auto [drives, parity] : expected) EXPECT_EQ(DefaultParity(drives), parity) << drives;
}

TEST(Geometry, QuorumsMeet) {
  for (int drives = 2; drives <= kMaxDrives; ++drives) {
    for (int parity = 1; parity * 2 <= drives; ++parity) {
      Geometry geometry{drives, parity};
      EXPECT_TRUE(CheckGeometry(geometry));
      EXPECT_GT(geometry.write_quorum() * 2, drives) << "two sets that write would not meet";
      EXPECT_GT(geometry.write_quorum() + geometry.start_quorum(), drives);
      EXPECT_GE(geometry.write_quorum(), geometry.data());
    }
  }
  EXPECT_EQ((Geometry{2, 1}.write_quorum()), 2);
  EXPECT_EQ((Geometry{4, 2}.write_quorum()), 3);
  EXPECT_EQ((Geometry{4, 1}.write_quorum()), 3);
  EXPECT_FALSE(CheckGeometry({4, 3}));
  EXPECT_FALSE(CheckGeometry({4, 0}));
  EXPECT_FALSE(CheckGeometry({17, 4}));
}

TEST(Geometry, ShardsAreSpreadEvenly) {
  for (int drives : {2, 3, 4, 16}) {
    std::map<int, int> first;
    for (uint64_t file = 0; file < 9000; file += 3) {
      std::set<int> used;
      for (int shard = 0; shard < drives; ++shard) {
        int drive = DriveOfShard(file, shard, drives);
        EXPECT_EQ(ShardOnDrive(file, drive, drives), shard);
        used.insert(drive);
      }
      EXPECT_EQ(static_cast<int>(used.size()), drives);
      ++first[DriveOfShard(file, 0, drives)];
    }
    for (auto [drive, count] : first) EXPECT_NEAR(count, 3000 / drives, 600 / drives) << drive;
  }
}

}  // namespace
}  // namespace penstock::store
