// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/bucket_cache.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

using base::Status;
using testing::ElementsAre;
using testing::IsEmpty;

class BucketsTest : public StoreTest {
 protected:
  BucketInfo Find(std::string_view name) {
    auto found = store_->GetBucket(name);
    EXPECT_TRUE(found) << found.error().message();
    return found ? **found : BucketInfo{};
  }
  std::string Update(std::string_view name, const std::function<void(BucketInfo&)>& change) {
    return Describe(store_->UpdateBucket(name, [&](BucketInfo& bucket) {
      change(bucket);
      return Status();
    }));
  }
};

TEST_F(BucketsTest, KeepWhatTheyWereMadeWith) {
  CreateBucketOptions options;
  options.owner = "somebody";
  options.object_lock = true;
  options.settings["acl"] = "private";
  ASSERT_TRUE(store_->CreateBucket("locked", options));
  ASSERT_TRUE(store_->CreateBucket("plain", {}));
  for (int round = 0; round < 2; ++round) {
    BucketInfo locked = Find("locked");
    EXPECT_EQ(locked.name, "locked");
    EXPECT_EQ(locked.owner, "somebody");
    EXPECT_TRUE(locked.object_lock);
    EXPECT_EQ(locked.versioning, Versioning::kEnabled);
    ASSERT_NE(locked.FindSetting(setting::kAcl), nullptr);
    EXPECT_EQ(*locked.FindSetting(setting::kAcl), "private");
    EXPECT_EQ(locked.FindSetting(setting::kCors), nullptr);
    EXPECT_EQ(Find("plain").versioning, Versioning::kOff);
    EXPECT_NE(Find("plain").id, locked.id);
    EXPECT_EQ(store_->ListBuckets({})->buckets[0].owner, "somebody");
    Reopen();
  }
}

TEST_F(BucketsTest, ChangesAreKeptAndGiveANewRevision) {
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  BucketInfo before = Find("bucket");
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Update("bucket",
                   [](BucketInfo& bucket) {
                     bucket.settings["policy"] = "{}";
                     bucket.versioning = Versioning::kEnabled;
                     bucket.name = "other";
                     bucket.id = 1;
                     bucket.owner = "thief";
                     bucket.created_at = {};
                   }),
            "ok");
  for (int round = 0; round < 2; ++round) {
    BucketInfo after = Find("bucket");
    EXPECT_EQ(*after.FindSetting("policy"), "{}");
    EXPECT_EQ(after.versioning, Versioning::kEnabled);
    EXPECT_NE(after.revision, before.revision);
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(after.owner, "");
    EXPECT_EQ(after.created_at, before.created_at);
    Reopen();
  }
  EXPECT_EQ(Describe(store_->GetBucket("other")), "<no_such_bucket>");
  auto failed = store_->UpdateBucket("bucket", [](BucketInfo& bucket) -> Status {
    bucket.settings.clear();
    return base::Fail(base::Code::kInvalidArgument, "own_reason", "no");
  });
  EXPECT_EQ(Describe(failed), "<own_reason>");
  EXPECT_EQ(Find("bucket").settings.size(), 1u);
  EXPECT_EQ(Update("absent", [](BucketInfo&) {}), "<no_such_bucket>");
}

struct ChangeCase {
  Versioning versioning;
  bool lock;
  Versioning new_versioning;
  bool new_lock;
  std::optional<DefaultRetention> retention;
  bool allowed;
};

TEST_F(BucketsTest, RefuseWhatS3Refuses) {
  constexpr auto kOff = Versioning::kOff;
  constexpr auto kOn = Versioning::kEnabled;
  constexpr auto kSuspended = Versioning::kSuspended;
  constexpr auto kGovernance = RetentionMode::kGovernance;
  const ChangeCase cases[] = {
      {kOff, false, kOn, false, {}, true},
      {kOff, false, kSuspended, false, {}, true},
      {kOn, false, kSuspended, false, {}, true},
      {kSuspended, false, kOn, false, {}, true},
      {kOn, false, kOff, false, {}, false},
      {kSuspended, false, kOff, false, {}, false},
      {kOn, false, kOn, true, {}, true},  // object lock on a bucket that is there
      {kOff, false, kOn, true, {}, true},
      {kOff, false, kOff, true, {}, false},
      {kSuspended, false, kSuspended, true, {}, false},
      {kOn, true, kOn, false, {}, false},
      {kOn, true, kSuspended, true, {}, false},
      {kOn, true, kOff, false, {}, false},
      {kOn, true, kOn, true, {{kGovernance, 1, 0}}, true},
      {kOn, true, kOn, true, {{RetentionMode::kCompliance, 0, 100}}, true},
      {kOn, true, kOn, true, {{RetentionMode::kNone, 1, 0}}, false},
      {kOn, true, kOn, true, {{kGovernance, 1, 1}}, false},
      {kOn, true, kOn, true, {{kGovernance, 0, 0}}, false},
      {kOn, true, kOn, true, {{kGovernance, -1, 0}}, false},
      {kOn, true, kOn, true, {{kGovernance, 0, 101}}, false},
      {kOn, false, kOn, false, {{kGovernance, 1, 0}}, false},
  };
  int number = 0;
  for (const ChangeCase& c : cases) {
    std::string name = "bucket-" + std::to_string(number++);
    CreateBucketOptions options;
    options.object_lock = c.lock;
    ASSERT_TRUE(store_->CreateBucket(name, options));
    ASSERT_EQ(Update(name, [&](BucketInfo& bucket) { bucket.versioning = c.versioning; }), "ok");
    EXPECT_EQ(Update(name,
                     [&](BucketInfo& bucket) {
                       bucket.versioning = c.new_versioning;
                       bucket.object_lock = c.new_lock;
                       bucket.default_retention = c.retention;
                     }),
              c.allowed ? "ok" : "<bad_bucket_change>")
        << name;
    EXPECT_EQ(Find(name).versioning, c.allowed ? c.new_versioning : c.versioning) << name;
    EXPECT_EQ(Find(name).object_lock, c.allowed ? c.new_lock : c.lock) << name;
  }
}

TEST_F(BucketsTest, SettingsHaveALimit) {
  CreateBucketOptions options;
  options.settings["policy"] = std::string(kMaxSettingBytes + 1, 'x');
  EXPECT_EQ(Describe(store_->CreateBucket("bucket", options)), "<bad_bucket_change>");
  options.settings["policy"].pop_back();
  EXPECT_EQ(Describe(store_->CreateBucket("bucket", options)), "ok");
  EXPECT_EQ(Update("bucket", [](BucketInfo& bucket) { bucket.settings["policy"] += "x"; }),
            "<bad_bucket_change>");
}

TEST_F(BucketsTest, AreListedInPages) {
  for (const char* name : {"alpha", "beta", "beta-two", "gamma"}) {
    ASSERT_TRUE(store_->CreateBucket(name, {}));
  }
  auto list = [&](const ListBucketsOptions& options) {
    BucketPage page = store_->ListBuckets(options).value();
    std::vector<std::string> names;
    for (const BucketSummary& bucket : page.buckets) names.push_back(bucket.name);
    if (page.truncated) names.push_back("...");
    return names;
  };
  EXPECT_THAT(list({}), ElementsAre("alpha", "beta", "beta-two", "gamma"));
  EXPECT_THAT(list({"beta", "", 10}), ElementsAre("beta", "beta-two"));
  EXPECT_THAT(list({"", "", 2}), ElementsAre("alpha", "beta", "..."));
  EXPECT_THAT(list({"", "beta", 2}), ElementsAre("beta-two", "gamma"));
  EXPECT_THAT(list({"beta", "beta", 2}), ElementsAre("beta-two"));
  EXPECT_THAT(list({"beta", "aaa", 2}), ElementsAre("beta", "beta-two"));
  EXPECT_THAT(list({"beta", "gamma", 2}), IsEmpty());
}

TEST_F(BucketsTest, AreNotSeenAfterTheirEnd) {
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  uint64_t id = Find("bucket").id;
  ASSERT_TRUE(store_->DeleteBucket("bucket"));
  EXPECT_EQ(Describe(store_->GetBucket("bucket")), "<no_such_bucket>");
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  EXPECT_NE(Find("bucket").id, id);
}

// Whoever reads after a change was acknowledged sees it, whatever the other readers put into the
// cache meanwhile.
TEST_F(BucketsTest, ChangesAreSeenAtOnceByEverybody) {
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  std::atomic<int> acknowledged{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!stop) {
        int least = acknowledged;
        auto bucket = store_->GetBucket("bucket");
        ASSERT_TRUE(bucket);
        const std::string* text = (*bucket)->FindSetting("n");
        EXPECT_GE(text == nullptr ? 0 : std::stoi(*text), least);
      }
    });
  }
  for (int n = 1; n <= 200; ++n) {
    ASSERT_EQ(Update("bucket", [&](BucketInfo& b) { b.settings["n"] = std::to_string(n); }), "ok");
    acknowledged = n;
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST(BucketCache, StaysWithinItsBytesAndKeepsTheLatelyUsed) {
  BucketCache cache(100'000);
  auto make = [](const std::string& name, size_t size) {
    BucketInfo bucket;
    bucket.name = name;
    bucket.settings["policy"] = std::string(size, 'x');
    return std::make_shared<const BucketInfo>(std::move(bucket));
  };
  cache.Put(make("often", 10));
  for (int i = 0; i < 1000; ++i) {
    cache.Put(make("bucket" + std::to_string(i), 1000));
    ASSERT_NE(cache.Find("often"), nullptr);
    ASSERT_LE(cache.bytes(), 100'000u);
  }
  EXPECT_EQ(cache.Find("bucket0"), nullptr);
  EXPECT_NE(cache.Find("bucket999"), nullptr);
  cache.Put(make("large", 1'000'000));
  EXPECT_NE(cache.Find("large"), nullptr);
  cache.Put(make("small", 1));
  EXPECT_EQ(cache.Find("large"), nullptr);
  cache.Drop("small");
  EXPECT_EQ(cache.Find("small"), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST_F(BucketsTest, DocumentsAreKeptByName) {
  EXPECT_EQ(store_->GetDocument("users/a").value(), std::nullopt);
  ASSERT_TRUE(store_->PutDocument("users/a", "1"));
  ASSERT_TRUE(store_->PutDocument("users/b", ""));
  ASSERT_TRUE(store_->PutDocument("policies/x", std::string(100'000, 'x')));
  ASSERT_TRUE(store_->PutDocument("users/a", "2"));
  Reopen();
  EXPECT_EQ(store_->GetDocument("users/a").value(), "2");
  EXPECT_EQ(store_->GetDocument("users/b").value(), "");
  EXPECT_EQ(store_->GetDocument("policies/x").value()->size(), 100'000u);
  EXPECT_THAT(store_->ListDocuments("", "", 10).value(),
              ElementsAre("policies/x", "users/a", "users/b"));
  EXPECT_THAT(store_->ListDocuments("users/", "", 1).value(), ElementsAre("users/a"));
  EXPECT_THAT(store_->ListDocuments("users/", "users/a", 5).value(), ElementsAre("users/b"));
  EXPECT_THAT(store_->ListDocuments("users/", "zzz", 5).value(), IsEmpty());
  ASSERT_TRUE(store_->DeleteDocument("users/a"));
  ASSERT_TRUE(store_->DeleteDocument("users/a"));
  EXPECT_EQ(store_->GetDocument("users/a").value(), std::nullopt);
  EXPECT_FALSE(store_->PutDocument("", "x"));
}

}  // namespace
}  // namespace penstock::store
