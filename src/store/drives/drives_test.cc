// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/drives/heal_row.h"
#include "store/drives/test_drives.h"

namespace penstock::store {
namespace {

using base::Code;

// Around every place where ways part: inline or not (2048 here), blocks, shards, padding.
constexpr size_t kSizes[] = {0, 1, 2047, 2048, 2049, 3000, 4096, 5000, 20'000, 300'001};

class SeveralDrivesTest : public DrivesTest {
 protected:
  void PutAll(uint64_t salt = 0) {
    for (size_t size : kSizes) Put("k" + std::to_string(size), MakeBytes(size + salt, size));
  }
  void ExpectAll(uint64_t salt = 0) {
    for (size_t size : kSizes) {
      EXPECT_EQ(Brief(Get("k" + std::to_string(size))), Brief(MakeBytes(size + salt, size)));
    }
  }
};

TEST_F(SeveralDrivesTest, ObjectsOfEverySizeAreOnAllDrives) {
  PutAll();
  ExpectAll();
  OpenDrives();
  ExpectAll();
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, RangesAreReadFromTheShardsTheyAreIn) {
  std::string bytes = MakeBytes(1, 300'001);
  Put("k", bytes);
  auto reader = store_->OpenObject("bucket", "k", {}).value();
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    uint64_t offset = random() % bytes.size();
    uint64_t length = random() % (bytes.size() - offset + 1);
    if (i % 3 == 0) length = std::min<uint64_t>(length, 100);
    base::StringSink sink;
    ASSERT_TRUE(reader->Read(offset, length, sink));
    ASSERT_EQ(sink.text() == bytes.substr(offset, length), true) << offset << " " << length;
  }
}

TEST_F(SeveralDrivesTest, DrivesMayBeGivenInAnyOrder) {
  PutAll();
  std::mt19937 random(1);
  for (int i = 0; i < 5; ++i) {
    auto& directories = options_.drives.directories;
    std::shuffle(directories.begin(), directories.end(), random);
    OpenDrives();
    ExpectAll();
    for (int drive = 0; drive < 4; ++drive) EXPECT_EQ(StatusOf(drive).path, DrivePath(drive));
  }
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, ReadsGoOnWithAnyTwoOfFourAndWritesWithAnyThree) {
  PutAll();
  for (int a = 0; a < 4; ++a) {
    for (int b = a; b < 4; ++b) {
      store_.reset();
      PullOut(a);
      if (b != a) PullOut(b);
      OpenDrives();
      ExpectAll();
      EXPECT_GE(store_->ListObjects("bucket", {})->objects.size(), std::size(kSizes));
      if (a == b) {
        EXPECT_TRUE(store_->drives().Describe().writable);
        Put("new", MakeBytes(9, 9000));
        EXPECT_EQ(Brief(Get("new")), Brief(MakeBytes(9, 9000)));
      } else {
        EXPECT_FALSE(store_->drives().Describe().writable);
        auto put = TryPut("refused", "x");
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().code(), Code::kUnavailable) << put.error().message();
        EXPECT_THAT(put.error().message(), testing::HasSubstr("2 of 4 drives are in sync"));
        EXPECT_EQ(TryPut("refused", MakeBytes(1, 5000)).error().code(), Code::kUnavailable);
      }
      PutBack(a);
      if (b != a) PutBack(b);
      ASSERT_TRUE(WaitUntilWhole());
      Put("again", MakeBytes(7, 7000));
      EXPECT_EQ(Get("refused"), "<no_such_key>");
    }
  }
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, WithTooFewDrivesItDoesNotStart) {
  store_.reset();
  for (int i : {0, 1, 2}) PullOut(i);
  base::Status opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::kUnavailable);
  EXPECT_THAT(opened.error().message(), testing::HasSubstr("1 of the store's 4 drives"));
  EXPECT_THAT(opened.error().message(), testing::HasSubstr(DrivePath(1) + " does not exist"));
}

TEST_F(SeveralDrivesTest, ADriveThatMissedWritesIsBroughtUpToDate) {
  PutAll();
  Put("deleted", MakeBytes(1, 9000));
  store_.reset();
  PullOut(1);
  OpenDrives();
  PutAll(1000);
  DeleteTarget target;
  target.key = "deleted";
  ASSERT_TRUE(store_->DeleteObjects("bucket", {target}));
  PutBack(1);
  ASSERT_TRUE(WaitUntilWhole());
  EXPECT_GT(StatusOf(1).rows_resynced, 10u);
  EXPECT_GT(StatusOf(1).shards_healed, 4u);
  // Now it must do for others.
  PullOut(0);
  PullOut(2);
  ExpectAll(1000);
  OpenDrives();
  ExpectAll(1000);
  PutBack(0);
  PutBack(2);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, AnEmptyDirectoryInThePlaceOfALostDriveIsFilledWhileRunning) {
  PutAll();
  std::string old_id = StatusOf(2).id;
  PullOut(2);
  ASSERT_TRUE(WaitForState(2, DriveState::kOffline));
  ExpectAll();
  Put("meanwhile", MakeBytes(5, 50'000));
  std::filesystem::create_directory(DrivePath(2));
  ASSERT_TRUE(WaitUntilWhole());
  EXPECT_NE(StatusOf(2).id, old_id);
  PullOut(0);
  PullOut(3);
  ExpectAll();
  EXPECT_EQ(Brief(Get("meanwhile")), Brief(MakeBytes(5, 50'000)));
  PutBack(0);
  PutBack(3);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

// Replaced again while it was being filled: how far that was says nothing about the new one.
TEST_F(SeveralDrivesTest, ANewDriveIsFilledFromTheBeginning) {
  PutAll();
  store_.reset();
  for (int i = 0; i < 4; ++i) {
    IndexOptions index_options;
    index_options.directory = DrivePath(i) + "/index";
    IndexBatch batch;
    batch.Put(ProgressRow::FillKey(2), ProgressRow{1000}.Encode());
    ASSERT_TRUE((*DriveIndex::Open(index_options))->Commit(batch));
  }
  PullOut(2);
  std::filesystem::create_directory(DrivePath(2));
  OpenDrives();
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, AReplacedDriveThatComesBackIsBroughtUpToDateToo) {
  PutAll();
  // By its id: in sync is also the old one, until its loss is noticed.
  std::string old_id = StatusOf(2).id;
  PullOut(2);
  std::filesystem::create_directory(DrivePath(2));
  ASSERT_TRUE(WaitUntil([&] { return StatusOf(2).id != old_id && IsInSync(2); }));
  ASSERT_TRUE(WaitUntilWhole());
  PutAll(1000);
  PutBack(2);
  ASSERT_TRUE(WaitUntil([&] { return StatusOf(2).id == old_id && IsInSync(2); }))
      << DescribeDrives();
  ASSERT_TRUE(WaitUntilWhole());
  ExpectAll(1000);
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, WhatIsMountedElsewhereIsNotReplacedByItsMountPoint) {
  store_.reset();
  for (int i = 0; i < 4; ++i) {
    std::filesystem::remove_all(DrivePath(i));
    routed_.SetMountPoint(DrivePath(i), true);
  }
  OpenDrives();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  PullOut(1);
  std::filesystem::create_directory(DrivePath(1));
  routed_.SetMountPoint(DrivePath(1), false);
  ASSERT_TRUE(WaitForState(1, DriveState::kWrongDrive));
  EXPECT_THAT(StatusOf(1).detail, testing::HasSubstr("nothing is mounted"));
  routed_.SetMountPoint(DrivePath(1), true);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, FlippedBitsAreNeverServedAndAreHealed) {
  std::string bytes = MakeBytes(1, 300'001);
  Put("k", bytes);
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    int first = static_cast<int>(random() % 4), second = static_cast<int>(random() % 4);
    for (int drive : {first, second}) {
      for (const std::string& shard : ShardsOn(drive)) {
        FlipBit(shard, random() % std::filesystem::file_size(shard));
      }
    }
    ASSERT_EQ(Brief(Get("k")), Brief(bytes));
    HealAll();
  }
  EXPECT_EQ(store_->drives().Describe().heal.files_beyond_repair, 0u);
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, ReadingHealsWhatItFindsDamaged) {
  std::string bytes = MakeBytes(1, 30'000);
  Put("k", bytes);
  uint64_t file = std::stoull(std::filesystem::path(ShardsOn(0).at(0)).filename(), nullptr, 16);
  for (int shard : {0, 3}) FlipBit(ShardPath(DriveOfShard(file, shard, 4), file), 100);
  EXPECT_EQ(Brief(Get("k")), Brief(bytes));
  // One is of data and was read; healing it finds the other, which is of parity.
  ASSERT_TRUE(WaitUntil([&] { return store_->drives().Describe().heal.shards_healed >= 2; }));
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, ShardsThatWereDeletedAreHealed) {
  PutAll();
  for (const std::string& shard : ShardsOn(3)) std::filesystem::remove(shard);
  ExpectAll();
  HealAll();
  ExpectAll();
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, WhatIsLostIsAnErrorAndNeverOtherBytes) {
  Put("k", MakeBytes(1, 30'000));
  for (int drive : {0, 1, 2}) {
    for (const std::string& shard : ShardsOn(drive)) FlipBit(shard, 100);
  }
  EXPECT_EQ(Get("k"), "<data loss>");
  ASSERT_TRUE(WaitUntil([&] { return store_->drives().Describe().heal.files_beyond_repair > 0; }));
  // Mended by hand, it is readable and healed again.
  for (const std::string& shard : ShardsOn(0)) FlipBit(shard, 100);
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 30'000)));
  ASSERT_TRUE(store_->drives().StartHeal());
  ASSERT_TRUE(WaitUntil([&] { return store_->drives().Describe().heal.shards_healed >= 2; }));
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, TakenOffAndBroughtBack) {
  PutAll();
  ASSERT_TRUE(store_->drives().TakeOffline(1));
  EXPECT_EQ(StatusOf(1).state, DriveState::kTakenOff);
  EXPECT_EQ(store_->drives().TakeOffline(2).error().code(), Code::kFailedPrecondition);
  EXPECT_EQ(store_->drives().TakeOffline(7).error().code(), Code::kInvalidArgument);
  PutAll(1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(StatusOf(1).state, DriveState::kTakenOff);
  ASSERT_TRUE(store_->drives().BringOnline(1));
  ASSERT_TRUE(WaitUntilWhole());
  ExpectAll(1000);
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, MistakesWithDrivesAreExplained) {
  PutAll();
  store_.reset();
  auto expect = [&](std::vector<std::string> directories, const std::string& text) {
    options_.drives.directories = std::move(directories);
    base::Status opened = TryOpen();
    ASSERT_FALSE(opened) << text;
    EXPECT_THAT(opened.error().message(), testing::HasSubstr(text));
  };
  auto all = options_.drives.directories;
  // A drive of another store.
  std::string other = directory_.path() + "/other";
  options_.drives.directories = {other + "0", other + "1"};
  OpenDrives();
  store_.reset();
  expect({all[0], all[1], all[2], other + "0"}, "belongs to another store");
  // The same one twice, by a copy.
  std::filesystem::copy(all[0], other + "copy", std::filesystem::copy_options::recursive);
  expect({all[0], all[1], all[2], other + "copy"}, "are the same drive");
  expect({all[0], all[1], all[2], all[2]}, "are the same drive");
  // More than there are.
  expect({all[0], all[1], all[2], all[3], other + "new"}, "drives cannot be added");
  // One drive's store among them, and one of several alone.
  std::string alone = directory_.path() + "/alone";
  options_.drives.directories.clear();
  options_.directory = alone;
  OpenDrives();
  store_.reset();
  options_.directory = all[0];
  EXPECT_THAT(TryOpen().error().message(), testing::HasSubstr("one of several drives"));
  options_.directory.clear();
  expect({alone, other + "new"}, "is a store by itself");
  // Another parity than it was made with, and what cannot be.
  options_.drives.parity = 1;
  expect(all, "was made with parity 2");
  options_.drives.parity = 3;
  expect({other + "a", other + "b", other + "c", other + "d"}, "the parity of 4 drives is 1 to 2");
  options_.drives.parity.reset();
  // Something else's directory.
  std::string foreign = directory_.path() + "/foreign";
  std::filesystem::create_directory(foreign);
  std::ofstream(foreign + "/precious") << "x";
  expect({foreign, other + "e"}, "has other files in it");
  EXPECT_TRUE(std::filesystem::exists(foreign + "/precious"));
  options_.drives.directories = all;
  OpenDrives();
  ExpectAll();
}

TEST_F(SeveralDrivesTest, AWrongDriveInItsPlaceIsNotUsed) {
  PutAll();
  PullOut(0);
  PullOut(1);
  // Swapped while running.
  std::filesystem::rename(DrivePath(0) + ".out", DrivePath(1));
  ASSERT_TRUE(WaitForState(1, DriveState::kWrongDrive));
  EXPECT_THAT(StatusOf(1).detail, testing::HasSubstr("were directories swapped?"));
  std::filesystem::rename(DrivePath(1), DrivePath(0));
  PutBack(1);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectAll();
  // Something that is no drive.
  PullOut(3);
  std::filesystem::create_directory(DrivePath(3));
  std::ofstream(DrivePath(3) + "/precious") << "x";
  ASSERT_TRUE(WaitForState(3, DriveState::kWrongDrive));
  EXPECT_TRUE(std::filesystem::exists(DrivePath(3) + "/precious"));
  PutBack(3);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, MakingThemIsAllOrNothing) {
  // Fails at each of the steps that a drive's making takes, on the last one.
  for (sys::FileOperation operation :
       {sys::FileOperation::kCreate, sys::FileOperation::kSync, sys::FileOperation::kRename,
        sys::FileOperation::kSyncDirectory}) {
    for (int nth : {1, 2}) {
      store_.reset();
      for (int i = 0; i < 4; ++i) std::filesystem::remove_all(DrivePath(i));
      faulty_[3]->FailNth(operation, nth);
      EXPECT_FALSE(TryOpen()) << static_cast<int>(operation) << " " << nth;
      faulty_[3]->ClearFaults();
      OpenDrives();
      ASSERT_TRUE(WaitUntilWhole());
      ASSERT_TRUE(store_->CreateBucket("bucket", {}));
      Put("k", MakeBytes(1, 5000));
    }
  }
  ExpectWhole();
}

TEST_F(SeveralDrivesTest, ALabelIsNeverWrittenOntoAnotherDrive) {
  PutAll();
  auto label = [&](int i) { return ReadLabel(*posix_, DrivePath(i)).value(); };
  std::string zero = label(0).drive_id(), one = label(1).drive_id();
  for (int round = 0; round < 5; ++round) {
    // Whoever is found out first, the others' labels are written then.
    PullOut(0);
    PullOut(1);
    std::filesystem::rename(DrivePath(0) + ".out", DrivePath(1));
    std::filesystem::rename(DrivePath(1) + ".out", DrivePath(0));
    ASSERT_TRUE(WaitForState(0, DriveState::kWrongDrive));
    ASSERT_TRUE(WaitForState(1, DriveState::kWrongDrive));
    EXPECT_EQ(label(1).drive_id(), zero);
    EXPECT_EQ(label(0).drive_id(), one);
    PullOut(0);
    PullOut(1);
    std::filesystem::rename(DrivePath(0) + ".out", DrivePath(1));
    std::filesystem::rename(DrivePath(1) + ".out", DrivePath(0));
    ASSERT_TRUE(WaitUntilWhole());
  }
  ExpectAll();
  ExpectWhole();
}

class TwoDrivesTest : public DrivesTest {
 protected:
  TwoDrivesTest() : DrivesTest(2) {}
};

TEST_F(TwoDrivesTest, EachHasEverything) {
  Put("k", MakeBytes(1, 50'000));
  for (int drive : {0, 1}) {
    store_.reset();
    PullOut(drive);
    OpenDrives();
    EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 50'000)));
    EXPECT_EQ(TryPut("l", "x").error().code(), Code::kUnavailable);
    PutBack(drive);
    ASSERT_TRUE(WaitUntilWhole());
    Put("k", MakeBytes(1, 50'000));
  }
  ExpectWhole();
}

TEST_F(TwoDrivesTest, ADriveCanBeReplacedBetweenStarts) {
  Put("k", MakeBytes(1, 50'000));
  store_.reset();
  std::filesystem::remove_all(DrivePath(0));
  std::filesystem::create_directory(DrivePath(0));
  OpenDrives();
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 50'000)));
  ASSERT_TRUE(WaitUntilWhole()) << StatusOf(0).detail;
  EXPECT_TRUE(store_->drives().Describe().writable);
  Put("l", "x");
  ExpectWhole();
}

TEST_F(TwoDrivesTest, ADriveCanBeReplacedWhileRunning) {
  Put("k", MakeBytes(1, 50'000));
  PullOut(1);
  ASSERT_TRUE(WaitForState(1, DriveState::kOffline));
  EXPECT_FALSE(TryPut("l", "x"));
  std::filesystem::create_directory(DrivePath(1));
  ASSERT_TRUE(WaitUntilWhole());
  Put("l", "x");
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 50'000)));
  ExpectWhole();
}

class WideTest : public DrivesTest {
 protected:
  WideTest() : DrivesTest(9, 3) {}
};

TEST_F(WideTest, NineDrivesLoseThree) {
  for (size_t size : kSizes) Put("k" + std::to_string(size), MakeBytes(size, size));
  for (int drive : {1, 4, 8}) PullOut(drive);
  for (size_t size : kSizes) {
    EXPECT_EQ(Brief(Get("k" + std::to_string(size))), Brief(MakeBytes(size, size)));
  }
  Put("new", MakeBytes(1, 100'000));
  for (int drive : {1, 4, 8}) PutBack(drive);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

}  // namespace
}  // namespace penstock::store
