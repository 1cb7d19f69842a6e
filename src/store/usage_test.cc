// SPDX-License-Identifier: Apache-2.0
#include "store/usage.h"

#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/drive_index.h"
#include "store/row_key.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

class UsageTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  void SetVersioning(Versioning versioning) {
    ASSERT_TRUE(store_->UpdateBucket("bucket", [&](BucketInfo& bucket) -> base::Status {
      bucket.versioning = versioning;
      return {};
    }));
  }
  std::string Usage() { return Format(store_->GetUsage("bucket").value()); }
  std::string Counted() { return Format(CountByListing(*store_, "bucket")); }
};

TEST_F(UsageTest, CountsEveryVersion) {
  EXPECT_EQ(Usage(), "0 objects, 0 versions, 0 markers, 0 bytes");
  Put("a", "12345");
  Put("a", "123");
  Put("b", std::string(10'000, 'x'));
  EXPECT_EQ(Usage(), "2 objects, 2 versions, 0 markers, 10003 bytes");
  SetVersioning(Versioning::kEnabled);
  Put("a", "1");
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"b", "c"}));
  EXPECT_EQ(Usage(), "1 objects, 3 versions, 2 markers, 10004 bytes");
  Reopen();
  EXPECT_EQ(Usage(), "1 objects, 3 versions, 2 markers, 10004 bytes");
  EXPECT_EQ(Describe(store_->GetUsage("absent")), "<no_such_bucket>");
}

TEST_F(UsageTest, IsExactWhateverIsDone) {
  std::mt19937 random(3);
  for (int step = 0; step < 600; ++step) {
    std::string key = "k" + std::to_string(random() % 5);
    switch (random() % 6) {
      case 0:
        SetVersioning(random() % 2 ? Versioning::kEnabled : Versioning::kSuspended);
        break;
      case 1:
      case 2:
        Put(key, MakeBytes(1, random() % 6000));
        break;
      case 3: {
        std::string upload = store_->CreateUpload("bucket", key, {}).value();
        base::StringSource source("part");
        PartInfo part = store_->PutPart("bucket", key, upload, 1, source, {}).value();
        ASSERT_TRUE(store_->CompleteUpload("bucket", key, upload, {{1, part.etag}}, {}));
        break;
      }
      case 4:
        ASSERT_TRUE(DeleteKeys(*store_, "bucket", {key, "k1", key}));
        break;
      case 5: {
        std::vector<DeleteTarget> targets;
        VersionsPage page = store_->ListVersions("bucket", {}).value();
        for (const ObjectInfo& version : page.versions) {
          if (random() % 4 != 0) continue;
          targets.emplace_back().key = version.key;
          targets.back().version_id = version.version_id;
        }
        ASSERT_TRUE(store_->DeleteObjects("bucket", targets));
        break;
      }
    }
    if (step % 10 == 0) {
      ASSERT_EQ(Usage(), Counted()) << step;
    }
    if (step % 100 == 50) Reopen();
  }
  EXPECT_EQ(Usage(), Counted());
}

TEST_F(UsageTest, IsExactUnderManyWriters) {
  SetVersioning(Versioning::kEnabled);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      std::mt19937 random(t);
      for (int i = 0; i < 100; ++i) {
        std::string key = "k" + std::to_string(random() % 6);
        if (random() % 3 == 0) {
          EXPECT_TRUE(DeleteKeys(*store_, "bucket", {key}));
        } else {
          base::StringSource source("some bytes");
          EXPECT_TRUE(store_->PutObject("bucket", key, source, {}));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Usage(), Counted());
  Reopen();
  EXPECT_EQ(Usage(), Counted());
}

TEST_F(UsageTest, ABucketMadeAgainBeginsAtNothing) {
  Put("a", "1");
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"a"}));
  ASSERT_TRUE(store_->DeleteBucket("bucket"));
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  EXPECT_EQ(Usage(), "0 objects, 0 versions, 0 markers, 0 bytes");
}

TEST_F(UsageTest, StoresFromBeforeItAreCountedOnce) {
  Put("a", "12345");
  ASSERT_TRUE(store_->CreateBucket("other", {}));
  uint64_t id = store_->GetBucket("bucket").value()->id;
  store_.reset();
  {
    IndexOptions options;
    options.directory = options_.directory + "/index";
    auto index = DriveIndex::Open(options).value();
    IndexBatch batch;
    batch.Delete(row_key::Usage(id));
    batch.Delete(row_key::Meta("usage"));
    ASSERT_TRUE(index->Commit(batch));
  }
  Reopen();
  EXPECT_EQ(Usage(), "1 objects, 1 versions, 0 markers, 5 bytes");
  Put("a", "123");
  Reopen();
  EXPECT_EQ(Usage(), "1 objects, 1 versions, 0 markers, 3 bytes");
}

TEST_F(UsageTest, QuotasAreKept) {
  ASSERT_TRUE(store_->UpdateBucket("bucket", [](BucketInfo& bucket) -> base::Status {
    bucket.settings[std::string(setting::kQuota)] = R"({"bytes":10,"versions":2})";
    return {};
  }));
  EXPECT_EQ(Describe(TryPut("a", "123456")), "ok");
  EXPECT_EQ(Describe(TryPut("b", "12345")), "<quota_exceeded>");
  EXPECT_EQ(Describe(TryPut("a", "1234567890")), "ok");  // in the place of the other
  EXPECT_EQ(Describe(TryPut("a", "12345678901")), "<quota_exceeded>");
  EXPECT_EQ(Describe(TryPut("b", "")), "ok");
  EXPECT_EQ(Describe(TryPut("c", "")), "<quota_exceeded>");
  EXPECT_EQ(Usage(), "2 objects, 2 versions, 0 markers, 10 bytes");
  SetVersioning(Versioning::kEnabled);
  EXPECT_TRUE(DeleteKeys(*store_, "bucket", {"a"}));  // markers take no room
}

}  // namespace
}  // namespace penstock::store
