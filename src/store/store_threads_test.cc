// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/store_model.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr int kThreads = 8;

class StoreThreadsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  static void Run(const std::function<void(int)>& body) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) threads.emplace_back(body, t);
    for (std::thread& thread : threads) thread.join();
  }
};

// Everybody on the same few keys: whatever is read is something that somebody wrote, whole.
TEST_F(StoreThreadsTest, MixedOperationsOnSharedKeys) {
  std::atomic<int> reads{0};
  Run([&](int t) {
    std::mt19937 random(static_cast<unsigned>(t));
    for (int i = 0; i < 60; ++i) {
      std::string key = "k" + std::to_string(random() % 4);
      switch (random() % 4) {
        case 0:
          EXPECT_EQ(MessageOf(Change::Choose(key, random()).Apply(*store_)), "ok");
          break;
        case 1: {
          // Its own size is its seed, so that a reader can tell what it must be.
          size_t size = 2000 + random() % 6000;
          EXPECT_TRUE(TryPut("self" + key, MakeBytes(size, size)));
          break;
        }
        case 2: {
          auto reader = store_->OpenObject("bucket", "self" + key);
          if (!reader) break;
          size_t size = (*reader)->info().size;
          EXPECT_EQ(Brief(ReadWhole(**reader)), Brief(MakeBytes(size, size)));
          ++reads;
          break;
        }
        case 3:
          EXPECT_TRUE(store_->ListObjects("bucket", {}));
          EXPECT_TRUE(store_->ListUploads("bucket", "", "", "", 10));
          break;
      }
    }
  });
  EXPECT_GT(reads, 10);
  auto page = store_->ListObjects("bucket", {}).value();
  for (const ObjectInfo& object : page.objects) EXPECT_EQ(Get(object.key).size(), object.size);
}

TEST_F(StoreThreadsTest, OnlyOneCreatesIfAbsent) {
  for (size_t size : {10u, 5000u}) {
    std::atomic<int> winners{0};
    std::string key = "k" + std::to_string(size);
    Run([&](int t) {
      PutOptions options;
      options.condition.if_absent = true;
      std::string bytes = MakeBytes(static_cast<uint64_t>(t), size);
      if (TryPut(key, bytes, options)) ++winners;
    });
    EXPECT_EQ(winners, 1);
  }
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
}

// Batches that share keys, named in opposite orders, do not wait for each other for ever.
TEST_F(StoreThreadsTest, BatchesOfTheSameKeys) {
  std::vector<std::string> keys;
  for (int i = 0; i < 200; ++i) keys.push_back("k" + std::to_string(i));
  std::vector<std::string> reversed(keys.rbegin(), keys.rend());
  Run([&](int t) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_TRUE(TryPut(keys[static_cast<size_t>(t * 10 + i)], "x"));
      EXPECT_TRUE(DeleteKeys(*store_, "bucket", t % 2 == 0 ? keys : reversed));
    }
  });
  EXPECT_TRUE(store_->ListObjects("bucket", {})->objects.empty());
}

TEST_F(StoreThreadsTest, PartsInParallel) {
  std::string upload = store_->CreateUpload("bucket", "k", {}).value();
  Run([&](int t) {
    std::string bytes = MakeBytes(static_cast<uint64_t>(t), 3000);
    base::StringSource source(bytes);
    EXPECT_TRUE(store_->PutPart("bucket", "k", upload, t + 1, source, {}));
    base::StringSource again(bytes);
    EXPECT_TRUE(store_->PutPart("bucket", "k", upload, 100, again, {}));
  });
  EXPECT_EQ(store_->ListParts("bucket", "k", upload, 0, 1000)->size(), kThreads + 1u);
  EXPECT_EQ(CountDataFiles(options_.directory), kThreads + 1u);
}

// Deleting a bucket while it is written to: afterwards it is there with the object, or gone with
// everything.
TEST_F(StoreThreadsTest, BucketsComeAndGoUnderWriters) {
  Run([&](int t) {
    for (int i = 0; i < 25; ++i) {
      if (t < 2) {
        (void)store_->DeleteBucket("race");
        (void)store_->CreateBucket("race", {});
        continue;
      }
      std::string key = "k" + std::to_string(t);
      std::string bytes = MakeBytes(1, 5000);
      base::StringSource source(bytes);
      if (store_->PutObject("race", key, source, {})) {
        EXPECT_EQ(Brief(Get(key, "race")), Brief(bytes));
      }
      auto upload = store_->CreateUpload("race", key, {});
      base::StringSource part(bytes);
      if (upload) (void)store_->PutPart("race", key, *upload, 1, part, {});
      (void)DeleteKeys(*store_, "race", {key});
    }
  });
  if (store_->GetBucket("race")) {
    EXPECT_TRUE(store_->ListObjects("race", {})->objects.empty());
    EXPECT_TRUE(store_->DeleteBucket("race"));
  }
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

}  // namespace
}  // namespace penstock::store
