// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

class AdminInventory : public testing::Test {
 protected:
  void SetUp() override {
    store::CreateBucketOptions options;
    options.object_lock = true;
    ASSERT_TRUE(admin_.store().CreateBucket("photos", options));
  }
  void Put(const std::string& key, const store::PutOptions& options = {}) {
    base::StringSource source("12345");
    ASSERT_TRUE(admin_.store().PutObject("photos", key, source, options));
  }
  text::Json::Array Versions(const std::string& query = "") {
    TestAnswer answer = admin_.Get("/buckets/photos/inventory" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.Json().Find("versions")->as_array();
  }
  TestAdmin admin_;
};

TEST_F(AdminInventory, TellsAboutEveryVersion) {
  store::PutOptions options;
  options.attributes.tags = {{"colour", "red"}};
  options.attributes.retention = {store::RetentionMode::kCompliance,
                                  admin_.clock().Now() + std::chrono::hours(24)};
  options.attributes.legal_hold = true;
  options.metadata.user = {{"camera", "old"}};
  Put("a", options);
  Put("b");
  ASSERT_TRUE(admin_.store().DeleteObjects("photos", {{"b", "", false, {}, {}, {}}}));
  auto versions = Versions("?with=tags&with=metadata&with=checksums");
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_EQ(versions[0].StringOr("key", ""), "a");
  EXPECT_EQ(versions[0].IntegerOr("size", 0), 5);
  EXPECT_EQ(versions[0].StringOr("lock_mode", ""), "COMPLIANCE");
  EXPECT_EQ(versions[0].StringOr("retain_until", "").substr(0, 10), "2026-11-24");
  EXPECT_TRUE(versions[0].BoolOr("legal_hold", false));
  EXPECT_EQ(versions[0].Find("tags")->StringOr("colour", ""), "red");
  EXPECT_EQ(versions[0].Find("metadata")->StringOr("camera", ""), "old");
  EXPECT_TRUE(versions[1].BoolOr("delete_marker", false));
  EXPECT_EQ(versions[1].Find("size"), nullptr);
  EXPECT_FALSE(versions[2].BoolOr("is_latest", true));
  EXPECT_EQ(Versions("?current=true").size(), 1u);
  EXPECT_EQ(Versions("?prefix=b").size(), 2u);
  EXPECT_EQ(Versions()[0].Find("tags"), nullptr);
}

TEST_F(AdminInventory, ComesInPages) {
  constexpr int kKeys = 1010;
  for (int i = 0; i < kKeys; ++i) Put("k" + std::to_string(i));
  text::Json page = admin_.Get("/buckets/photos/inventory").Json();
  ASSERT_TRUE(page.BoolOr("truncated", false));
  size_t first = page.Find("versions")->as_array().size();
  text::Json next =
      admin_
          .Get("/buckets/photos/inventory?after_key=" + page.StringOr("next_key", "") +
               "&after_version=" + page.StringOr("next_version", ""))
          .Json();
  EXPECT_FALSE(next.BoolOr("truncated", true));
  EXPECT_EQ(first + next.Find("versions")->as_array().size(), static_cast<size_t>(kKeys));
}

TEST_F(AdminInventory, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(admin_.Get("/buckets/other/inventory").ErrorCode(), "NoSuchBucket");
  EXPECT_EQ(admin_.Get("/buckets/photos/inventory?with=colour").ErrorCode(), "InvalidArgument");
}

}  // namespace
}  // namespace penstock::admin
