// SPDX-License-Identifier: Apache-2.0
#include <future>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/await_data_files.h"
#include "store/local_objects.h"
#include "store/store_check.h"
#include "store/store_model.h"
#include "store/test_store.h"
#include "sys/file_handover.h"
#include "sys/forwarding_file_system.h"

namespace penstock::store {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Result;
using base::Status;

// Lets nobody open a data file while it is closed, so that digests wait; or fails them.
class GatedFiles final : public sys::ForwardingFileSystem, public sys::FileHandover {
 public:
  using ForwardingFileSystem::ForwardingFileSystem;

  void Close() { Set(true, false); }
  void Open() { Set(false, false); }
  void Break() { Set(false, true); }

  Result<std::unique_ptr<sys::File>> OpenForRead(const std::string& path) override {
    if (path.find("/data/") != std::string::npos) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !closed_; });
      if (broken_) return base::Fail(Code::kInternal, "the disk cannot read " + path);
    }
    return base_.OpenForRead(path);
  }
  Status Link(const std::string& from, const std::string& to) override {
    return sys::HandoverOf(base_)->Link(from, to);
  }
  Result<std::unique_ptr<sys::File>> TakeOver(const std::string& from,
                                              const std::string& to) override {
    return sys::HandoverOf(base_)->TakeOver(from, to);
  }

 private:
  void Set(bool closed, bool broken) {
    std::lock_guard lock(mutex_);
    closed_ = closed;
    broken_ = broken;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  bool broken_ = false;
};

class AdoptionsTest : public StoreTest {
 protected:
  void SetUp() override {
    options_.block_size = 256 << 10;
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  void TearDown() override {
    gate_.Open();
    StoreTest::TearDown();
  }
  sys::FileSystem& file_system() override { return gate_; }

  LocalObjects& local() { return *LocalObjectsOf(*store_); }
  std::optional<uint64_t> Take(const std::string& key, const std::string& bytes) {
    auto taken = local().AdoptSoon("bucket", key, MakeLocalFile(bytes), 0);
    EXPECT_TRUE(taken) << taken.error().message();
    return taken ? *taken : std::nullopt;
  }
  std::future<Status> Outcome(const std::string& key) {
    auto promise = std::make_shared<std::promise<Status>>();
    local().WhenAdopted("bucket", key, [promise](Status status) { promise->set_value(status); });
    return promise->get_future();
  }
  // Something that waits as long as the gate is closed.
  template <typename Ask>
  auto Later(Ask ask) {
    auto asked = std::async(std::launch::async, ask);
    EXPECT_EQ(asked.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    return asked;
  }
  static std::string Text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  GatedFiles gate_{*posix_};
  const std::string bytes_ = MakeBytes(1, (9 << 20) + 17);
};

TEST_F(AdoptionsTest, WhoAsksForTheObjectWaitsUntilItIsWhole) {
  gate_.Close();
  ASSERT_EQ(Take("runs/k", bytes_), bytes_.size());
  EXPECT_EQ(local().PendingSize("bucket", "runs/k"), bytes_.size());
  EXPECT_FALSE(local().PendingSize("bucket", "runs"));
  // What is elsewhere does not wait.
  Put("other", "x");
  EXPECT_EQ(Get("other"), "x");
  ListOptions elsewhere;
  elsewhere.prefix = "other";
  EXPECT_EQ(store_->ListObjects("bucket", elsewhere)->objects.size(), 1u);
  auto got = Later([&] { return Brief(Get("runs/k")); });
  auto info = Later([&] { return store_->GetObjectInfo("bucket", "runs/k")->size; });
  auto listed = Later([&] { return store_->ListObjects("bucket", {})->objects.size(); });
  auto outcome = Outcome("runs/k");
  gate_.Open();
  EXPECT_EQ(got.get(), Brief(bytes_));
  EXPECT_EQ(info.get(), bytes_.size());
  EXPECT_EQ(listed.get(), 2u);
  EXPECT_TRUE(outcome.get());
  EXPECT_FALSE(local().PendingSize("bucket", "runs/k"));
  EXPECT_TRUE(Outcome("runs/k").get());
  // It is what AdoptFile() would have made.
  auto at_once = local().AdoptFile("bucket", "at-once", MakeLocalFile(bytes_), {});
  EXPECT_EQ(store_->GetObjectInfo("bucket", "runs/k")->etag, (*at_once)->etag);
  store_.reset();
  auto report = CheckStore(options_, *posix_, logger_, false);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->whole());
}

TEST_F(AdoptionsTest, ItIsHandedOnWithoutWaiting) {
  gate_.Close();
  ASSERT_TRUE(Take("k", bytes_));
  const std::string to = directory_.path() + "/linked";
  auto linked = local().LinkObject("bucket", "k", to);
  ASSERT_TRUE(linked && *linked);
  EXPECT_EQ(Brief(Text(to)), Brief(bytes_));
  struct stat info;
  ASSERT_EQ(::stat(to.c_str(), &info), 0);
  EXPECT_EQ(info.st_nlink, 2u);
  gate_.Open();
  EXPECT_EQ(Brief(Get("k")), Brief(bytes_));
}

TEST_F(AdoptionsTest, AStartGoesOnWithWhatIsLeft) {
  gate_.Close();
  ASSERT_TRUE(Take("k", bytes_));
  auto closed = std::async(std::launch::async, [&] { store_.reset(); });
  closed.wait_for(std::chrono::milliseconds(200));  // it has begun to stop by then
  gate_.Open();
  closed.get();
  gate_.Close();
  Reopen();
  ASSERT_TRUE(logger_.WaitFor("going on with files that an earlier process has taken over"));
  EXPECT_EQ(local().PendingSize("bucket", "k"), bytes_.size());
  // Nobody of this process has verified it: it is handed on when its digests are there.
  const std::string to = directory_.path() + "/linked";
  auto linked = Later([&] { return local().LinkObject("bucket", "k", to); });
  auto got = Later([&] { return Brief(Get("k")); });
  gate_.Open();
  EXPECT_EQ(got.get(), Brief(bytes_));
  EXPECT_EQ(linked.get().value_or(false), true);
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
  Reopen();
  EXPECT_EQ(Brief(Get("k")), Brief(bytes_));
}

TEST_F(AdoptionsTest, AFileThatCannotBeReadAgainIsToldAndGone) {
  gate_.Close();
  ASSERT_TRUE(Take("k", bytes_));
  auto outcome = Outcome("k");
  auto got = Later([&] { return Get("k"); });
  gate_.Break();
  Status status = outcome.get();
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message().find("the disk cannot read"), std::string::npos);
  EXPECT_EQ(got.get(), "<no_such_key>");
  gate_.Open();
  Reopen();
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
}

TEST_F(AdoptionsTest, SeveralAreWaitedForAsOne) {
  for (const bool broken : {false, true}) {
    const std::string folder = broken ? "broken/" : "good/";
    Put(folder + "small", "x");
    gate_.Close();
    ASSERT_TRUE(Take(folder + "a", bytes_));
    ASSERT_TRUE(Take(folder + "b", MakeBytes(2, 9 << 20)));
    const auto sizes = local().PendingSizes("bucket", folder);
    ASSERT_EQ(sizes.size(), 2u);
    EXPECT_EQ(sizes.at(folder + "a"), bytes_.size());
    EXPECT_TRUE(local().PendingSizes("bucket", "elsewhere/").empty());
    EXPECT_TRUE(local().PendingSizes("other", "").empty());
    // What is there already is listed without waiting.
    ListOptions options;
    options.prefix = folder;
    auto page = local().ListWhole("bucket", options);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->objects.size(), 1u);
    EXPECT_EQ(page->objects.front().key, folder + "small");
    auto promise = std::make_shared<std::promise<Status>>();
    local().WhenAllAdopted("bucket", folder, [promise](Status all) { promise->set_value(all); });
    auto told = promise->get_future();
    EXPECT_EQ(told.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    broken ? gate_.Break() : gate_.Open();
    EXPECT_EQ(told.get().has_value(), !broken);
    EXPECT_TRUE(local().PendingSizes("bucket", folder).empty());
    gate_.Open();
    EXPECT_EQ(store_->ListObjects("bucket", options)->objects.size(), broken ? 1u : 3u);
  }
  Status none;
  local().WhenAllAdopted("bucket", "good/", [&](Status all) { none = std::move(all); });
  EXPECT_TRUE(none);
}

TEST_F(AdoptionsTest, WhatComesToOneKeyBecomesObjectsInThatOrder) {
  gate_.Close();
  ASSERT_TRUE(Take("k", bytes_));
  auto second = Later([&] { return Take("k", MakeBytes(2, 9 << 20)); });
  gate_.Open();
  EXPECT_TRUE(second.get());
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(2, 9 << 20)));
  Put("k", "last");
  EXPECT_EQ(Get("k"), "last");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
}

TEST_F(AdoptionsTest, LeavesAloneWhatItCannotTake) {
  const std::string small = MakeLocalFile("small");
  auto taken = local().AdoptSoon("bucket", "k", small, 0);
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken);
  EXPECT_EQ(Text(small), "small");
  EXPECT_FALSE(local().PendingSize("bucket", "k"));
  auto nowhere = local().AdoptSoon("nowhere", "k", MakeLocalFile(bytes_), 0);
  EXPECT_EQ(Describe(nowhere), "<no_such_bucket>");
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

}  // namespace
}  // namespace penstock::store
