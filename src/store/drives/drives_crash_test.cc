// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "store/crash_rounds.h"
#include "store/drives/test_drives.h"

namespace penstock::store {
namespace {

constexpr int kRounds = 24;

class DrivesCrashTest : public DrivesTest {
 protected:
  DrivesCrashTest() { options_.inline_limit = 8192; }  // 4096 on four drives, as the model's sizes
  void SetUp() override {}

  // Files are counted on the first drive, which is never away. While one that was in sync is away
  // and another is not up to date yet, nothing can be written and what was last written and not
  // acknowledged is not settled: the one that is away may have it.
  void Check(StoreModel& model) {
    const bool settled = store_->drives().Describe().writable;
    model.Check(*store_, 4096, DrivePath(0), settled);
  }
};

// The child: changes its keys until it is killed.
TEST_F(DrivesCrashTest, DISABLED_Writer) {
  OpenDrives();
  ASSERT_TRUE(store_);
  ChangeKeysUntilKilled(*store_);
}

// In every other round a drive is lost with the crash; the next child runs without it, and the one
// after that brings it up to date, or is killed while it does.
TEST_F(DrivesCrashTest, SurvivesBeingKilledAtAnyMomentAndLosingADriveThen) {
  OpenDrives();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  store_.reset();
  StoreModel model;
  std::mt19937 random(11);
  int acknowledged = 0;
  std::optional<int> away;
  for (int round = 0; round < kRounds; ++round) {
    auto done = RunUntilKilled("DrivesCrashTest.DISABLED_Writer", directory_.path(), random, model);
    ASSERT_TRUE(done) << "the child ended by itself";
    acknowledged += *done;
    if (away) {
      PutBack(*away);
      away.reset();
    } else if (round % 2 == 0) {
      away = 1 + static_cast<int>(random() % 3);
      PullOut(*away);
    }
    OpenDrives();
    ASSERT_TRUE(store_);
    ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
    if (!away && round % 3 != 0) {
      ASSERT_TRUE(WaitUntilWhole());
    }
    Check(model);
    if (HasFatalFailure()) return;
    store_.reset();
  }
  EXPECT_GT(acknowledged, 100);
  if (away) PutBack(*away);
  OpenDrives();
  HealAll();
  Check(model);
  ExpectWhole();
}

// All drives lose power at once, keeping what was synced and maybe a part of what was not.
class DrivesPowerLossTest : public DrivesCrashTest {
 protected:
  void SetUp() override {
    OpenDrives();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  void CutAllPower() {
    for (int i = 0; i < 4; ++i) CutPower(i);
  }
  void RestorePowerAndOpen() {
    store_.reset();
    for (size_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(faulty_[i]->RestorePower());
      faulty_[i]->ClearFaults();
      index_files_[i]->CallAt(0, nullptr);
      index_files_[i]->RestorePower(
          [&](uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(dice_); });
    }
    MaybeLoseOne();
    OpenDrives();
    ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  }
  // The drive that was away is there again, or another one is not.
  void MaybeLoseOne() {
    if (away_) {
      PutBack(*away_);
      away_.reset();
    } else if (dice_() % 2 == 0) {
      away_ = 1 + static_cast<int>(dice_() % 3);
      PullOut(*away_);
    }
  }

  std::mt19937 dice_{5};
  std::optional<int> away_;
};

TEST_F(DrivesPowerLossTest, NothingAcknowledgedIsLostAtAnyStepOfAnIndex) {
  StoreModel model;
  for (int round = 0; round < 40; ++round) {
    size_t first = dice_() % 4;
    index_files_[first]->CallAt(1 + static_cast<int>(dice_() % 20), [this] { CutAllPower(); });
    int writes = 0;
    for (bool on = true; on && writes < 60; ++writes) {
      Change change = Change::Choose("k" + std::to_string(dice_() % 6), dice_());
      model.Begin(change);
      on = change.Apply(*store_).has_value();
      if (on) model.Acknowledge(change.key);
    }
    CutAllPower();  // the drive of the step may be away
    RestorePowerAndOpen();
    if (HasFatalFailure()) return;
    Check(model);
    if (HasFatalFailure()) return;
  }
  if (away_) PutBack(*away_);
  away_.reset();
  OpenDrives();
  HealAll();
  Check(model);
  ExpectWhole();
}

TEST_F(DrivesPowerLossTest, NothingIsTornAtAnyStepOfAShard) {
  StoreModel model;
  using sys::FileOperation;
  for (FileOperation operation : {FileOperation::kCreate, FileOperation::kWrite,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    for (int nth : {1, 2, 5}) {
      for (uint64_t i = 0; i < 6; ++i) {
        Change change = Change::Choose("k" + std::to_string(i), (5 + i % 2) * 8 + 1 + i % 3);
        model.Begin(change);
        if (i == 3) faulty_[dice_() % 4]->FailNth(operation, nth);
        if (change.Apply(*store_)) model.Acknowledge(change.key);
      }
      CutAllPower();
      RestorePowerAndOpen();
      if (HasFatalFailure()) return;
      HealAll(/*all_there=*/!away_);  // drive 0 may have missed a shard
      Check(model);
      if (HasFatalFailure()) return;
      if (away_) MaybeLoseOne();
    }
  }
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

// One drive after the other loses power while the store goes on.
TEST_F(DrivesPowerLossTest, DrivesLosePowerOneByOne) {
  StoreModel model;
  for (int round = 0; round < 16; ++round) {
    size_t drive = dice_() % 4;
    index_files_[drive]->CallAt(1 + static_cast<int>(dice_() % 12),
                                [this, drive] { CutPower(static_cast<int>(drive)); });
    for (int i = 0; i < 12; ++i) {
      Change change = Change::Choose("k" + std::to_string(dice_() % 6), dice_());
      model.Begin(change);
      base::Status applied = change.Apply(*store_);
      ASSERT_TRUE(applied) << applied.error().message();
      model.Acknowledge(change.key);
    }
    index_files_[drive]->CallAt(0, nullptr);
    CutPower(static_cast<int>(drive));
    ASSERT_TRUE(WaitForState(static_cast<int>(drive), DriveState::kOffline));
    // Its index must be closed before its files are cut to what was synced.
    ASSERT_TRUE(store_->drives().TakeOffline(static_cast<int>(drive)));
    ASSERT_TRUE(WaitUntilIndexIsClosed(static_cast<int>(drive)));
    ASSERT_TRUE(faulty_[drive]->RestorePower());
    index_files_[drive]->RestorePower(
        [&](uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(dice_); });
    ASSERT_TRUE(store_->drives().BringOnline(static_cast<int>(drive)));
    ASSERT_TRUE(WaitUntilWhole());
  }
  HealAll();
  Check(model);
  ExpectWhole();
}

}  // namespace
}  // namespace penstock::store
