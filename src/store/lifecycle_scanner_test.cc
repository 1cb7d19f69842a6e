// SPDX-License-Identifier: Apache-2.0
#include "store/lifecycle_scanner.h"

#include <map>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_store.h"

namespace penstock::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kDay = std::chrono::hours(24);

// Does something once, at the next question for the time.
class HookClock final : public base::Clock {
 public:
  explicit HookClock(const base::Clock& clock) : clock_(clock) {}
  base::Time Now() const override {
    if (hook) std::exchange(hook, {})();
    return clock_.Now();
  }
  mutable std::function<void()> hook;

 private:
  const base::Clock& clock_;
};

class LifecycleScannerTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    MakeBucket("bucket");
  }

  void MakeBucket(const std::string& name, const CreateBucketOptions& options = {}) {
    ASSERT_TRUE(store_->CreateBucket(name, options));
  }
  void EnableVersions() {
    Update("bucket", [](BucketInfo& info) { info.versioning = Versioning::kEnabled; });
  }
  // Documents are names of rules here.
  void SetRules(const std::string& bucket, const LifecycleRules& rules) {
    std::string document = "rules-" + std::to_string(documents_.size());
    documents_[document] = rules;
    Update(bucket,
           [&](BucketInfo& info) { info.settings[std::string(setting::kLifecycle)] = document; });
  }
  void Update(const std::string& bucket, const std::function<void(BucketInfo&)>& change) {
    auto updated = store_->UpdateBucket(bucket, [&](BucketInfo& info) -> base::Status {
      change(info);
      return {};
    });
    ASSERT_TRUE(updated) << updated.error().message();
  }

  std::unique_ptr<LifecycleScanner> MakeScanner(const LifecycleOptions& options = {}) {
    auto parse = [this](std::string_view document) -> base::Result<LifecycleRules> {
      auto found = documents_.find(std::string(document));
      if (found != documents_.end()) return found->second;
      return base::Fail(base::Code::kInvalidArgument, "nobody understands this");
    };
    return std::make_unique<LifecycleScanner>(options, parse, *store_, hook_clock_, logger_);
  }
  LifecycleTally RunPass() {
    LifecycleOptions options;
    options.entries_per_second = 1'000'000'000;
    auto tally = MakeScanner(options)->RunPass();
    EXPECT_TRUE(tally) << tally.error().message();
    return tally ? *tally : LifecycleTally{};
  }

  size_t CountKeys() {
    size_t count = 0;
    ListOptions options;
    for (bool more = true; more;) {
      ListPage page = store_->ListObjects("bucket", options).value();
      count += page.objects.size();
      more = page.truncated;
      options.start_after = page.next_start_after;
    }
    return count;
  }
  // "key", with '*' on what is current and '-' on delete markers.
  std::vector<std::string> List(const std::string& bucket = "bucket") {
    std::vector<std::string> found;
    VersionsPage page = store_->ListVersions(bucket, {}).value();
    for (const ObjectInfo& info : page.versions) {
      found.push_back(info.key + (info.is_latest ? "*" : "") + (info.delete_marker ? "-" : ""));
    }
    return found;
  }

  static LifecycleRule Rule(std::string prefix = "") {
    LifecycleRule rule;
    rule.id = "rule";
    rule.filter.prefix = std::move(prefix);
    return rule;
  }
  static LifecycleRule Expire(int days, std::string prefix = "") {
    LifecycleRule rule = Rule(std::move(prefix));
    rule.expire_after_days = days;
    return rule;
  }

  std::map<std::string, LifecycleRules> documents_;
  HookClock hook_clock_{clock_};
};

TEST_F(LifecycleScannerTest, RemovesWhatHasExpired) {
  Put("logs/old", "1");
  Put("logs2", "1");
  Put("other", "1");
  clock_.Advance(2 * kDay);
  Put("logs/new", "1");
  SetRules("bucket", {Expire(1, "logs/")});
  MakeBucket("without-rules");
  LifecycleTally tally = RunPass();
  EXPECT_EQ(tally.seen, 2);
  EXPECT_EQ(tally.removed, 1);
  EXPECT_THAT(List(), ElementsAre("logs/new*", "logs2*", "other*"));
}

TEST_F(LifecycleScannerTest, TellsWhatItHasRemoved) {
  std::vector<std::string> told;
  LifecycleOptions options;
  options.removed = [&](const std::string& bucket, const DeleteTarget& target,
                        const DeleteOutcome& outcome) {
    told.push_back(bucket + "/" + target.key + (outcome.delete_marker ? " marker" : " gone"));
  };
  Put("plain", "1");
  Put("kept/new", "1");
  clock_.Advance(2 * kDay);
  SetRules("bucket", {Expire(1, "p")});
  ASSERT_TRUE(MakeScanner(options)->RunPass());
  EnableVersions();
  Put("p2", "1");
  clock_.Advance(2 * kDay);
  ASSERT_TRUE(MakeScanner(options)->RunPass());
  EXPECT_THAT(told, ElementsAre("bucket/plain gone", "bucket/p2 marker"));
}

TEST_F(LifecycleScannerTest, TakesVersionsAwayStepByStep) {
  EnableVersions();
  Put("k", "1");
  Put("k", "2");
  LifecycleRule rule = Expire(1);
  rule.drop_noncurrent_after_days = 3;
  SetRules("bucket", {rule});
  clock_.Advance(2 * kDay);
  RunPass();
  EXPECT_THAT(List(), ElementsAre("k*-", "k", "k"));
  RunPass();  // an expired object is not deleted again
  EXPECT_THAT(List(), ElementsAre("k*-", "k", "k"));
  clock_.Advance(2 * kDay);  // four days since the first was replaced, two since the second was
  RunPass();
  EXPECT_THAT(List(), ElementsAre("k*-", "k"));
  clock_.Advance(2 * kDay);
  RunPass();
  EXPECT_THAT(List(), ElementsAre("k*-"));
  RunPass();  // the delete marker hides nothing any more
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(LifecycleScannerTest, KeepsSoManyFormerVersions) {
  EnableVersions();
  for (const char* bytes : {"1", "2", "3", "4"}) Put("k", bytes);
  LifecycleRule rule = Rule();
  rule.drop_noncurrent_after_days = 1;
  rule.keep_noncurrent = 2;
  SetRules("bucket", {rule});
  clock_.Advance(5 * kDay);
  EXPECT_EQ(RunPass().removed, 1);
  EXPECT_THAT(List(), ElementsAre("k*", "k", "k"));
  EXPECT_EQ(Get("k"), "4");
}

TEST_F(LifecycleScannerTest, SparesWhatIsLocked) {
  CreateBucketOptions options;
  options.object_lock = true;
  MakeBucket("locked", options);
  base::StringSource source("1");
  PutOptions put;
  put.attributes.retention = {RetentionMode::kCompliance, clock_.Now() + 10 * kDay};
  auto locked = store_->PutObject("locked", "k", source, put);
  ASSERT_TRUE(locked);
  LifecycleRule rule = Expire(1);
  rule.drop_noncurrent_after_days = 1;
  SetRules("locked", {rule});
  for (int day = 0; day < 9; ++day) {
    clock_.Advance(kDay);
    RunPass();
  }
  EXPECT_THAT(List("locked"), ElementsAre("k*-", "k"));
  clock_.Advance(2 * kDay);
  RunPass();
  RunPass();
  EXPECT_THAT(List("locked"), IsEmpty());
}

TEST_F(LifecycleScannerTest, AbortsUploads) {
  auto old = store_->CreateUpload("bucket", "in/old", {});
  auto elsewhere = store_->CreateUpload("bucket", "out/old", {});
  clock_.Advance(10 * kDay);
  auto young = store_->CreateUpload("bucket", "in/young", {});
  ASSERT_TRUE(old && elsewhere && young);
  LifecycleRule rule = Rule("in/");
  rule.abort_upload_after_days = 7;
  SetRules("bucket", {rule});
  EXPECT_EQ(RunPass().aborted, 1);
  auto left = store_->ListUploads("bucket", "", "", "", 10).value();
  ASSERT_EQ(left.size(), 2);
  EXPECT_EQ(left[0].key, "in/young");
  EXPECT_EQ(left[1].key, "out/old");
}

TEST_F(LifecycleScannerTest, SparesWhatIsWrittenWhileItLooks) {
  Put("a", "old");
  Put("b", "old");
  SetRules("bucket", {Expire(1)});
  clock_.Advance(2 * kDay);
  // Between the listing and the removal.
  auto write = [this] { Put("b", "new"); };
  hook_clock_.hook = [this, write] { hook_clock_.hook = write; };
  RunPass();
  EXPECT_EQ(Get("a"), "<no_such_key>");
  EXPECT_EQ(Get("b"), "new");
}

TEST_F(LifecycleScannerTest, GoesOnAfterABucketThatFails) {
  Put("k", "1");
  Update("bucket", [](BucketInfo& info) {
    info.settings[std::string(setting::kLifecycle)] = "what is this";
  });
  MakeBucket("later");
  base::StringSource source("1");
  ASSERT_TRUE(store_->PutObject("later", "k", source, {}));
  SetRules("later", {Expire(1)});
  clock_.Advance(2 * kDay);
  EXPECT_EQ(RunPass().removed, 1);
  EXPECT_THAT(List(), ElementsAre("k*"));
  EXPECT_THAT(List("later"), IsEmpty());
  EXPECT_TRUE(logger_.WaitFor("lifecycle of a bucket failed"));
}

TEST_F(LifecycleScannerTest, StopsPromptlyAndGoesOnWhereItWas) {
  constexpr int kKeys = 2500;
  for (int i = 0; i < kKeys; ++i) Put("k" + std::to_string(10000 + i), "1");
  SetRules("bucket", {Expire(1, "k")});
  clock_.Advance(2 * kDay);
  LifecycleOptions slow;
  slow.entries_per_second = 50;  // twenty seconds of rest after the first page
  slow.between_passes = std::chrono::milliseconds(60);
  auto began = std::chrono::steady_clock::now();
  {
    auto scanner = MakeScanner(slow);
    scanner->Start();
    while (CountKeys() > kKeys - 900) {
      ASSERT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(19));
  size_t left = CountKeys();
  EXPECT_GT(left, 1000);
  Put("k0-before", "1");
  clock_.Advance(2 * kDay);
  LifecycleTally rest = RunPass();
  EXPECT_LE(rest.seen, left + 1);
  EXPECT_THAT(List(), ElementsAre("k0-before*"));
  RunPass();  // starts from the beginning again
  EXPECT_THAT(List(), IsEmpty());
}

}  // namespace
}  // namespace penstock::store
