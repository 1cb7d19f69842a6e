// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <gtest/gtest.h>

#include "store/await_data_files.h"
#include "store/child_process.h"
#include "store/test_store.h"
#include "sys/forwarding_file_system.h"

namespace penstock::store {
namespace {

using base::Result;
using base::Status;

// A drive that never gets done with removing a data file.
class StuckRemovals final : public sys::ForwardingFileSystem {
 public:
  using ForwardingFileSystem::ForwardingFileSystem;

  Status Remove(const std::string& path) override {
    if (path.find("/data/") == std::string::npos) return base_.Remove(path);
    std::unique_lock lock(mutex_);
    for (;;) never_.wait(lock);
  }

 private:
  std::mutex mutex_;
  std::condition_variable never_;
};

constexpr size_t kSize = 2 << 20;
constexpr int kKeys = 12;

class FileRemoverCrashTest : public StoreTest {
 protected:
  FileRemoverCrashTest() { options_.block_size = 256 << 10; }
  void SetUp() override {}  // the child opens the store first
  sys::FileSystem& file_system() override { return stuck_now_ ? stuck_ : *posix_; }

  static std::string Key(int i) { return "k" + std::to_string(i); }
  static std::string First(int i) { return MakeBytes(static_cast<uint64_t>(i), kSize); }
  static std::string Second(int i) { return MakeBytes(static_cast<uint64_t>(100 + i), kSize); }

  uint64_t BytesOfDataFiles() const {
    uint64_t bytes = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(options_.directory + "/data")) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
  }

  StuckRemovals stuck_{*posix_};
  bool stuck_now_ = false;
};

// The child: gives up files in every way there is, none of which goes, and then has to be killed.
TEST_F(FileRemoverCrashTest, DISABLED_GivesUpFiles) {
  stuck_now_ = true;
  Reopen();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  for (int i = 0; i < kKeys; ++i) Put(Key(i), First(i));
  for (int i = 0; i < 4; ++i) Put(Key(i), Second(i));
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {Key(4), Key(5), Key(6)}));
  Put(Key(7), "small");
  std::string aborted = store_->CreateUpload("bucket", "u", {}).value();
  std::string kept = store_->CreateUpload("bucket", "u", {}).value();
  for (const std::string& upload : {aborted, kept, kept}) {
    std::string bytes = MakeBytes(7, kSize);
    base::StringSource source(bytes);
    ASSERT_TRUE(store_->PutPart("bucket", "u", upload, 1, source, {}));
  }
  ASSERT_TRUE(store_->AbortUpload("bucket", "u", aborted));
  {
    auto reader = store_->OpenObject("bucket", Key(8)).value();
    ASSERT_TRUE(DeleteKeys(*store_, "bucket", {Key(8)}));
  }
  auto reading = store_->OpenObject("bucket", Key(9)).value();
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {Key(9)}));
  WriteLine("ready");
  for (;;) ::pause();
}

TEST_F(FileRemoverCrashTest, WhatWaitedIsSweptByTheNextStartAndNothingElse) {
  constexpr size_t kLive = 4 + 2 + 1;                     // replaced, never touched, a part
  constexpr size_t kWaiting = 4 + 3 + 1 + 1 + 1 + 1 + 1;  // in the order of the child
  {
    ChildProcess child("FileRemoverCrashTest.DISABLED_GivesUpFiles", directory_.path());
    std::string line;
    ASSERT_TRUE(child.ReadLine(line));
    ASSERT_EQ(line, "ready");
    child.Kill();
    EXPECT_EQ(child.Wait(), -1);
  }
  ASSERT_EQ(CountDataFiles(options_.directory), kLive + kWaiting);
  Reopen();
  ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  EXPECT_EQ(CountDataFiles(options_.directory), kLive);
  EXPECT_EQ(BytesOfDataFiles(), kLive * kSize) << "space comes back";
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Brief(Get(Key(i))), Brief(Second(i))) << i;
  for (int i : {4, 5, 6, 8, 9}) EXPECT_EQ(Get(Key(i)), "<no_such_key>") << i;
  EXPECT_EQ(Get(Key(7)), "small");
  for (int i : {10, 11}) EXPECT_EQ(Brief(Get(Key(i))), Brief(First(i))) << i;
  auto uploads = store_->ListUploads("bucket", "", "", "", 10).value();
  ASSERT_EQ(uploads.size(), 1u);
  auto parts = store_->ListParts("bucket", "u", uploads[0].upload_id, 0, 10).value();
  ASSERT_EQ(parts.size(), 1u);
  ASSERT_TRUE(
      store_->CompleteUpload("bucket", "u", uploads[0].upload_id, {{1, parts[0].etag}}, {}));
  EXPECT_EQ(Brief(Get("u")), Brief(MakeBytes(7, kSize)));
}

}  // namespace
}  // namespace penstock::store
