// SPDX-License-Identifier: Apache-2.0
#include "store/file_remover.h"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/await_data_files.h"
#include "store/space_reserve.h"
#include "store/test_store.h"
#include "sys/fault_file_system.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using testing::ElementsAre;

// Takes as long to remove a file as it is told to.
class SlowFiles final : public DataFiles {
 public:
  Result<std::unique_ptr<DataFileWriter>> Create(uint64_t) override {
    return Fail(Code::kInternal, "none");
  }
  Result<std::unique_ptr<DataFileReader>> OpenReader(uint64_t, FileRecord) override {
    return Fail(Code::kInternal, "none");
  }
  void Remove(const std::vector<uint64_t>& ids) override {
    std::unique_lock lock(mutex_);
    for (uint64_t id : ids) begun_.push_back(id);
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    for (uint64_t id : ids) removed_.push_back(id);
    changed_.notify_all();
  }
  Result<std::vector<uint64_t>> List(int) override { return std::vector<uint64_t>(); }
  size_t block_size() const override { return 1024; }

  void Open(bool open) {
    std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  bool AwaitBegun(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return begun_.size() >= count; });
  }
  bool AwaitRemoved(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return removed_.size() >= count; });
  }
  std::vector<uint64_t> removed() {
    std::lock_guard lock(mutex_);
    return removed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  std::vector<uint64_t> begun_;
  std::vector<uint64_t> removed_;
};

// The remover may not know yet that the last file is gone.
bool EndsHelping(FileRemover& remover) {
  for (int i = 0; i < 3; ++i) {
    if (!remover.RemoveOne()) return true;
  }
  return false;
}

DoomedFiles Large(uint64_t id) { return {{id}, FileRemover::kLeastBytes}; }

TEST(FileRemover, SmallFilesGoAtOnceAndLargeOnesLater) {
  SlowFiles files;
  FileRemover remover(files);
  remover.Remove({{1, 2}, FileRemover::kLeastBytes - 1});
  EXPECT_THAT(files.removed(), ElementsAre(1, 2));
  files.Open(false);
  remover.Remove(Large(3));
  remover.Remove(Large(4));
  EXPECT_THAT(files.removed(), ElementsAre(1, 2));
  files.Open(true);
  ASSERT_TRUE(files.AwaitRemoved(4));
  EXPECT_THAT(files.removed(), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(EndsHelping(remover));
}

TEST(FileRemover, WhoeverNeedsRoomHelps) {
  SlowFiles files;
  files.Open(false);
  FileRemover remover(files);
  remover.Remove(Large(1));
  ASSERT_TRUE(files.AwaitBegun(1));
  remover.Remove(Large(2));
  auto helper = std::async(std::launch::async, [&] {
    bool helped = remover.RemoveOne();     // the second
    return helped && remover.RemoveOne();  // waits for the first, or finds nothing any more
  });
  ASSERT_TRUE(files.AwaitBegun(2));
  files.Open(true);
  helper.wait();
  ASSERT_TRUE(files.AwaitRemoved(2));
  EXPECT_TRUE(EndsHelping(remover));
}

TEST(FileRemover, NoMoreThanSoManyWait) {
  SlowFiles files;
  files.Open(false);
  FileRemover remover(files);
  remover.Remove(Large(0));
  ASSERT_TRUE(files.AwaitBegun(1));
  DoomedFiles many;
  for (uint64_t id = 1; id <= FileRemover::kMostWaiting; ++id) many.Add(id, 1000);
  remover.Remove(many);
  auto more = std::async(std::launch::async, [&] { remover.Remove(Large(~uint64_t{0})); });
  ASSERT_TRUE(files.AwaitBegun(2)) << "the caller's own thread removes it";
  files.Open(true);
  more.wait();
  ASSERT_TRUE(files.AwaitRemoved(FileRemover::kMostWaiting + 2));
}

TEST(FileRemover, WhatWaitsIsRemovedAtTheEnd) {
  SlowFiles files;
  {
    FileRemover remover(files);
    for (uint64_t id = 1; id <= 100; ++id) remover.Remove(Large(id));
  }
  EXPECT_EQ(files.removed().size(), 100u);
}

TEST(SpaceReserve, AsksForRoomUntilThereIsEnoughOrNoMore) {
  TestDirectory directory;
  auto posix = sys::MakePosixFileSystem();
  sys::FaultFileSystem files(*posix);
  files.LimitSpace(100);
  SpaceReserve reserve(files, directory.path(), 1000);
  int waiting = 3;
  reserve.SetReclaim([&] {
    if (waiting == 0) return false;
    --waiting;
    files.LimitSpace(waiting == 1 ? 5000 : 100);
    return true;
  });
  EXPECT_TRUE(reserve.Check());
  EXPECT_EQ(waiting, 1);
  EXPECT_TRUE(reserve.Check());
  EXPECT_EQ(waiting, 1) << "nobody is asked while there is room";
  files.LimitSpace(100);
  base::Status full = reserve.Check();
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().reason(), reason::kNoSpace);
  EXPECT_EQ(waiting, 0);
}

class LargeFilesTest : public StoreTest {
 protected:
  LargeFilesTest() { options_.block_size = 256 << 10; }
};

TEST_F(LargeFilesTest, GoWithTheirObjectsReadersAndUploads) {
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  std::string bytes = MakeBytes(1, 2 << 20), other = MakeBytes(2, 3 << 20);
  Put("k", bytes);
  auto reader = store_->OpenObject("bucket", "k").value();
  Put("k", other);
  EXPECT_EQ(store_->GetUsage("bucket")->bytes, other.size());
  EXPECT_EQ(Brief(ReadWhole(*reader)), Brief(bytes));
  EXPECT_EQ(CountDataFiles(options_.directory), 2u);
  reader.reset();
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 1));
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
  EXPECT_EQ(store_->GetUsage("bucket")->bytes, 0u);
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
  std::string upload = store_->CreateUpload("bucket", "u", {}).value();
  for (int number : {1, 1, 2}) {
    base::StringSource source(bytes);
    ASSERT_TRUE(store_->PutPart("bucket", "u", upload, number, source, {}));
  }
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 2)) << "a part that was replaced";
  ASSERT_TRUE(store_->AbortUpload("bucket", "u", upload));
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
  Put("k", bytes);
  Put("k", other);
  store_.reset();
  EXPECT_EQ(CountDataFiles(options_.directory), 1u) << "closing finishes the work";
}

}  // namespace
}  // namespace penstock::store
