// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/drives/test_drives.h"

namespace penstock::store {
namespace {

using base::Code;
using sys::FileOperation;

// Drives that fail in all ways while they are used. Nobody looks at them by himself here, so that
// faults hit what they are meant for.
class DrivesFaultTest : public DrivesTest {
 protected:
  DrivesFaultTest() { options_.drives.check_interval = std::chrono::hours(1); }
  void SetUp() override {
    DrivesTest::SetUp();
    // What is done once, soon after opening: a look at each drive, and a row of the healer's, which
    // notes when it began.
    ASSERT_TRUE(WaitUntil([&] {
      return routed_.looks() >= 4 && store_->drives().Describe().heal.last_scan_finished;
    }));
  }
  void SetFull(int i, bool full) {
    index_files_[static_cast<size_t>(i)]->SetFull(full);
    faulty_[static_cast<size_t>(i)]->LimitSpace(full ? std::optional<uint64_t>(0) : std::nullopt);
  }
  void RestorePower(int i) {
    ASSERT_TRUE(faulty_[static_cast<size_t>(i)]->RestorePower());
    index_files_[static_cast<size_t>(i)]->RestorePower([](uint64_t) { return 0; });
  }
};

TEST_F(DrivesFaultTest, AFailingDriveIsLeftOutBeforeTheWriteIsAcknowledged) {
  Put("k", "old");
  index_files_[2]->CutPower();  // its index alone
  Put("k", "new");
  EXPECT_EQ(Get("k"), "new");
  // The others have it on record that it is not in sync, whatever happens now.
  for (int i : {0, 1, 3}) {
    auto label = ReadLabel(*posix_, DrivePath(i));
    ASSERT_TRUE(label);
    EXPECT_EQ(label->members.in_sync, 0b1011u) << i;
  }
  auto own = ReadLabel(*posix_, DrivePath(2));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->members.in_sync, 0b1111u);
  EXPECT_LT(own->members.epoch, ReadLabel(*posix_, DrivePath(0))->members.epoch);
}

TEST_F(DrivesFaultTest, OneTooManyRefusesWritesAndServesReadsAndComesBack) {
  Put("k", "old");
  Put("large", MakeBytes(1, 9000));
  index_files_[1]->CutPower();
  Put("k", "newer");
  index_files_[2]->CutPower();
  auto put = TryPut("k", "lost or not");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), Code::kUnavailable) << put.error().message();
  std::string now = Get("k");
  EXPECT_TRUE(now == "newer" || now == "lost or not") << now;
  EXPECT_EQ(Get("k"), now) << "it must not change by itself";
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(1, 9000)));
  EXPECT_FALSE(TryPut("x", "refused"));
  store_.reset();
  RestorePower(1);
  RestorePower(2);
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  ASSERT_TRUE(WaitUntilWhole());
  EXPECT_EQ(Get("k"), now);
  EXPECT_EQ(Get("x"), "<no_such_key>");
  Put("x", "y");
  ExpectWhole();
}

// Of three drives in sync one alone has the last write. Too few are left to refuse that for good
// while it is away, so it becomes good with it; once others have gone on without it, it is gone.
TEST_F(DrivesFaultTest, AWriteThatOneDriveHasIsSettledByWhatIsThereWhenWritesGoOn) {
  for (bool others_go_on : {false, true}) {
    Put("k", "old");
    ASSERT_TRUE(store_->drives().TakeOffline(1));
    index_files_[0]->CutPower();
    index_files_[3]->CutPower();
    EXPECT_FALSE(TryPut("k", "new"));
    store_.reset();
    RestorePower(0);
    RestorePower(3);
    PullOut(2);
    if (!others_go_on) PullOut(1);
    OpenDrives();
    if (others_go_on) {
      ASSERT_TRUE(WaitForState(1, DriveState::kInSync));
    }
    EXPECT_EQ(store_->drives().Describe().writable, others_go_on);
    EXPECT_EQ(Get("k"), "old");
    store_.reset();
    PutBack(2);
    if (!others_go_on) PutBack(1);
    OpenDrives();
    ASSERT_TRUE(WaitUntilWhole());
    EXPECT_EQ(Get("k"), others_go_on ? "old" : "new");
  }
  ExpectWhole();
}

TEST_F(DrivesFaultTest, AFailureAtAnyStepOfAShardIsMadeGood) {
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  int i = 0;
  for (FileOperation operation : {FileOperation::kCreate, FileOperation::kWrite,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    for (int nth = 1; nth <= (operation == FileOperation::kWrite ? 5 : 1); ++nth) {
      int drive = i++ % 4;
      faulty_[static_cast<size_t>(drive)]->FailNth(operation, nth);
      std::string key = "k" + std::to_string(i);
      Put(key, MakeBytes(static_cast<uint64_t>(i), 9000));
      EXPECT_EQ(Brief(Get(key)), Brief(MakeBytes(static_cast<uint64_t>(i), 9000)));
      ASSERT_TRUE(WaitUntilWhole());
    }
  }
  HealAll();
  for (int k = 1; k <= i; ++k) {
    EXPECT_EQ(Brief(Get("k" + std::to_string(k))),
              Brief(MakeBytes(static_cast<uint64_t>(k), 9000)));
  }
  ExpectWhole();
}

TEST_F(DrivesFaultTest, MissingShardsAreQueuedDurably) {
  faulty_[0]->FailNth(FileOperation::kWrite, 1);
  Put("k", MakeBytes(1, 9000));
  store_.reset();
  EXPECT_EQ(ShardsOn(0).size(), 1u) << "torn, or whole";
  OpenDrives();
  HealAll();
  ExpectWhole();
}

TEST_F(DrivesFaultTest, TooManyShardsFailingLeaveNothing) {
  Put("k", MakeBytes(1, 9000));
  faulty_[0]->FailNth(FileOperation::kSyncDirectory, 1);
  faulty_[3]->FailNth(FileOperation::kSyncDirectory, 1);
  auto put = TryPut("k", MakeBytes(2, 9000));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), Code::kUnavailable);
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 9000)));
  ExpectWhole();
}

TEST_F(DrivesFaultTest, AReadFailureIsMadeUpForByOthers) {
  Put("k", MakeBytes(1, 30'000));
  for (int nth = 1; nth < 20; ++nth) {
    for (const auto& files : faulty_) files->ClearFaults();
    // The failure has the drive looked at, and that look may meet the next one.
    ASSERT_TRUE(WaitUntilWhole());
    faulty_[static_cast<size_t>(nth % 4)]->FailNth(FileOperation::kRead, 1 + nth / 4);
    faulty_[static_cast<size_t>(nth % 4)]->FailNth(FileOperation::kOpen, 1 + nth / 4);
    EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 30'000))) << nth;
  }
}

TEST_F(DrivesFaultTest, FullDrivesRefuseWritesServeReadsAndRecover) {
  Put("small", "old");
  Put("large", MakeBytes(1, 9000));
  for (int i = 0; i < 4; ++i) SetFull(i, true);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Describe(TryPut("small", "new")), "<no_space>");
    EXPECT_EQ(Describe(TryPut("large", MakeBytes(2, 9000))), "<no_space>");
    EXPECT_EQ(Get("small"), "old");
    EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(1, 9000)));
  }
  for (int i = 0; i < 4; ++i) SetFull(i, false);
  Put("large", MakeBytes(3, 6000));
  EXPECT_EQ(Get("small"), "old");
  // A drive may have been left out for a moment, and come back once no reader has its old index.
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(WaitForState(i, DriveState::kInSync));
  OpenDrives();
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(3, 6000)));
  ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  ExpectWhole();
}

TEST_F(DrivesFaultTest, OneFullDriveDoesNotStopTheOthers) {
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  Put("large", MakeBytes(1, 9000));
  index_files_[1]->SetFull(true);
  Put("a", "x");
  faulty_[1]->LimitSpace(0);
  Put("large", MakeBytes(2, 9000));
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(2, 9000)));
  SetFull(1, false);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

// The index goes on in the room that is kept for it.
TEST_F(DrivesFaultTest, ADriveWithItsReserveLeftTakesNoShardsUntilThereIsRoom) {
  options_.drives.check_interval = std::chrono::milliseconds(20);
  options_.reserve_bytes = 1 << 20;
  OpenDrives();
  faulty_[1]->LimitSpace(1 << 19);
  Put("large", MakeBytes(1, 9000));
  Put("small", "x");
  EXPECT_EQ(ShardsOn(1).size(), 0u);
  EXPECT_TRUE(IsInSync(1));
  EXPECT_THAT(StatusOf(1).detail, testing::HasSubstr("full"));
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(1, 9000)));
  faulty_[2]->LimitSpace(1 << 19);
  EXPECT_EQ(Describe(TryPut("large", MakeBytes(2, 9000))), "<no_space>");
  EXPECT_EQ(Describe(TryPut("small", "y")), "<no_space>");
  faulty_[1]->LimitSpace(std::nullopt);
  faulty_[2]->LimitSpace(std::nullopt);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

// What cannot be read for the moment is not damaged.
TEST_F(DrivesFaultTest, AnIndexThatCannotBeOpenedIsKept) {
  Put("k", "old");
  store_.reset();
  auto identity = [&] { return sys::ReadFile(*posix_, DrivePath(2) + "/index/IDENTITY", 100); };
  auto before = identity();
  ASSERT_TRUE(before);
  index_files_[2]->FailReads(true);
  options_.drives.check_interval = std::chrono::milliseconds(5);
  OpenDrives();
  Put("k", "new");
  ASSERT_TRUE(WaitUntil([&] { return index_files_[2]->failed_reads() > 3; }));
  EXPECT_FALSE(IsInSync(2));
  index_files_[2]->FailReads(false);
  ASSERT_TRUE(WaitUntilWhole());
  EXPECT_EQ(*identity(), *before) << "it was made anew";
  ExpectWhole();
}

TEST_F(DrivesFaultTest, TwoFullDrivesOfFourGoOnWhenThereIsRoom) {
  Put("a", "x");
  index_files_[1]->SetFull(true);
  index_files_[2]->SetFull(true);
  auto put = TryPut("a", "y");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), Code::kUnavailable);
  EXPECT_THAT(put.error().message(), testing::HasSubstr("full"));
  auto later = TryPut("b", "y");
  ASSERT_FALSE(later);
  EXPECT_THAT(later.error().message(), testing::HasSubstr("full")) << "why is still said";
  index_files_[1]->SetFull(false);
  index_files_[2]->SetFull(false);
  Put("b", "z");
  std::string now = Get("a");
  EXPECT_TRUE(now == "x" || now == "y") << now;
  EXPECT_EQ(Get("b"), "z");
  ASSERT_TRUE(store_->drives().StartHeal());
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  ASSERT_TRUE(WaitUntilWhole());
  EXPECT_EQ(Get("a"), now);
  ExpectWhole();
}

// What a remount for reading only does: every write fails, reads go on.
TEST_F(DrivesFaultTest, ADriveThatTurnsReadOnlyIsNoticedWithoutAnyWrite) {
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  Put("k", MakeBytes(1, 9000));
  faulty_[3]->CutPower();
  ASSERT_TRUE(WaitForState(3, DriveState::kOffline));
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 9000)));
  ASSERT_TRUE(faulty_[3]->RestorePower());
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(DrivesFaultTest, ASkewedClockChangesNothing) {
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  Put("k", MakeBytes(1, 9000));
  clock_.Set(base::FromMicros(1'000'000));  // half a century back
  index_files_[1]->CutPower();
  Put("k", MakeBytes(2, 9000));
  clock_.Set(base::FromMicros(4'000'000'000'000'000));
  index_files_[1]->RestorePower([](uint64_t) { return 0; });
  ASSERT_TRUE(WaitUntilWhole());
  clock_.Set(base::FromMicros(1'000'000));
  OpenDrives();
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(2, 9000))) << "epochs decide, and not times";
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

TEST_F(DrivesFaultTest, AnIndexThatIsDamagedIsMadeAnew) {
  for (int i = 0; i < 50; ++i) Put("k" + std::to_string(i), MakeBytes(1, 1500));
  store_.reset();
  // Into tables, which are damaged then.
  {
    IndexOptions index_options;
    index_options.directory = DrivePath(0) + "/index";
    ASSERT_TRUE((*DriveIndex::Open(index_options))->Recover());
  }
  for (const auto& entry : std::filesystem::directory_iterator(DrivePath(0) + "/index")) {
    std::string name = entry.path().filename();
    if (!name.ends_with(".sst") && !name.ends_with(".blob")) continue;
    for (uint64_t at = 0; at < entry.file_size(); at += 200) FlipBit(entry.path(), at);
  }
  options_.drives.check_interval = std::chrono::milliseconds(20);
  OpenDrives();
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Brief(Get("k" + std::to_string(i))), Brief(MakeBytes(1, 1500)));
  }
  EXPECT_EQ(store_->ListObjects("bucket", {})->objects.size(), 50u);
  ASSERT_TRUE(WaitUntilWhole());
  ExpectWhole();
}

// Everybody writes while drives come and go: what was acknowledged is there in the end, on all.
TEST_F(DrivesFaultTest, DrivesComeAndGoUnderWriters) {
  options_.drives.check_interval = std::chrono::milliseconds(5);
  OpenDrives();
  std::atomic<bool> stop{false};
  std::vector<std::map<std::string, uint64_t>> acknowledged(4);
  std::vector<std::thread> writers;
  for (size_t t = 0; t < 4; ++t) {
    writers.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      while (!stop) {
        std::string key = "t" + std::to_string(t) + "/" + std::to_string(random() % 20);
        uint64_t seed = random();
        if (TryPut(key, MakeBytes(seed, 100 + seed % 8000))) {
          acknowledged[t][key] = seed;
        } else {
          acknowledged[t].erase(key);  // either
        }
      }
    });
  }
  std::mt19937 random(9);
  for (int round = 0; round < 8; ++round) {
    int drive = static_cast<int>(random() % 4);
    if (round % 2 == 0) {
      PullOut(drive);
      EXPECT_TRUE(WaitForState(drive, DriveState::kOffline));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      PutBack(drive);
    } else {
      EXPECT_TRUE(store_->drives().TakeOffline(drive));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      EXPECT_TRUE(store_->drives().BringOnline(drive));
    }
    EXPECT_TRUE(WaitForState(drive, DriveState::kInSync));
    EXPECT_TRUE(WaitUntilWhole());
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  for (const auto& keys : acknowledged) {
    for (const auto& [key, seed] : keys) {
      EXPECT_EQ(Brief(Get(key)), Brief(MakeBytes(seed, 100 + seed % 8000))) << key;
    }
  }
  HealAll();
  ExpectWhole();
}

}  // namespace
}  // namespace penstock::store
