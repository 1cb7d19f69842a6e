// SPDX-License-Identifier: Apache-2.0
#include "admin/usage_history.h"

#include <gtest/gtest.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using std::chrono::hours;

void Put(TestAdmin& admin, const std::string& bucket, const std::string& key, size_t bytes) {
  std::string text(bytes, 'x');
  base::StringSource source(text);
  ASSERT_TRUE(admin.store().PutObject(bucket, key, source, {}));
}

TEST(UsageHistory, TellsWhatTheStoreHeldAndHolds) {
  TestAdmin admin;
  ASSERT_EQ(admin.Send("PUT", "/buckets/photos").status, 200);
  ASSERT_EQ(admin.Send("PUT", "/buckets/songs").status, 200);
  Put(admin, "photos", "a", 100);
  EXPECT_TRUE(admin.usage_history().TakeWhenDue().value());
  Put(admin, "songs", "b", 1000);

  TestAnswer answer = admin.Get("/usage-history");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const text::Json json = answer.Json();
  const auto& samples = json.Find("samples")->as_array();
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].IntegerOr("bytes", 0), 100);
  EXPECT_EQ(samples[0].IntegerOr("buckets", 0), 2);
  const text::Json* now = json.Find("now");
  EXPECT_EQ(now->IntegerOr("bytes", 0), 1100);
  EXPECT_EQ(now->IntegerOr("objects", 0), 2);
  EXPECT_EQ(now->Find("largest")->as_array().at(0).StringOr("name", ""), "songs");
}

TEST(UsageHistory, NamesInItsSamplesTheBucketsThatAreAskedFor) {
  TestAdmin admin;
  for (int at = 0; at < 30; ++at) {
    std::string name = "bucket-" + std::to_string(at);
    ASSERT_EQ(admin.Send("PUT", "/buckets/" + name).status, 200);
    Put(admin, name, "a", static_cast<size_t>(at + 1));
  }
  ASSERT_TRUE(admin.usage_history().TakeWhenDue().value());
  struct Case {
    std::string query;
    std::vector<std::string> names;
  };
  const Case cases[] = {{"?buckets=bucket-3,bucket-29", {"bucket-29", "bucket-3"}},
                        {"?buckets=bucket", {}},
                        {"?buckets=", {}}};
  for (const Case& one : cases) {
    const text::Json json = admin.Get("/usage-history" + one.query).Json();
    const text::Json& sample = json.Find("samples")->as_array().at(0);
    std::vector<std::string> names;
    for (const auto& bucket : sample.Find("largest")->as_array()) {
      names.push_back(bucket.StringOr("name", ""));
    }
    EXPECT_EQ(names, one.names) << one.query;
    EXPECT_EQ(sample.IntegerOr("bytes", 0), 465);
    EXPECT_EQ(json.Find("now")->Find("largest")->as_array().size(), 30u);
  }
  const text::Json all = admin.Get("/usage-history").Json();
  EXPECT_EQ(all.Find("samples")->as_array().at(0).Find("largest")->as_array().size(), 30u);
}

TEST(UsageHistory, SamplesAreHourlyAndThenDaily) {
  TestAdmin admin;
  UsageHistory& history = admin.usage_history();
  EXPECT_TRUE(history.TakeWhenDue().value());
  EXPECT_FALSE(history.TakeWhenDue().value());
  admin.clock().Advance(std::chrono::minutes(59));
  EXPECT_FALSE(history.TakeWhenDue().value());
  for (int hour = 0; hour < 24 * 10; ++hour) {
    admin.clock().Advance(hours(1));
    ASSERT_TRUE(history.TakeWhenDue().value());
  }
  size_t kept = history.Kept().value().size();
  EXPECT_GE(kept, 24u * 7);
  EXPECT_LE(kept, 24u * 7 + 6);
}

TEST(UsageHistory, OnlyTheNewestDaysAreKept) {
  TestAdmin admin;
  base::NullLogger logger;
  UsageHistoryOptions options;
  options.between = hours(24);
  options.kept_whole = hours(48);
  options.days = 5;
  UsageHistory history(options, admin.store(), admin.clock(), logger);
  for (int day = 0; day < 20; ++day) {
    ASSERT_TRUE(history.TakeWhenDue().value());
    admin.clock().Advance(hours(24));
  }
  EXPECT_EQ(history.Kept().value().size(), 8u);
}

TEST(UsageHistory, DoesNotWaitForAClockThatWasWrong) {
  TestAdmin admin;
  UsageHistory& history = admin.usage_history();
  base::Time start = admin.clock().Now();
  admin.clock().Advance(hours(24 * 400));
  ASSERT_TRUE(history.TakeWhenDue().value());
  admin.clock().Set(start);
  EXPECT_TRUE(history.TakeWhenDue().value());
  EXPECT_EQ(history.Kept().value().size(), 1u);
}

TEST(UsageHistory, BeginsAnewWhereItCannotBeRead) {
  TestAdmin admin;
  ASSERT_TRUE(admin.store().PutDocument("usage-history", "{torn"));
  EXPECT_TRUE(admin.usage_history().TakeWhenDue().value());
  EXPECT_EQ(admin.usage_history().Kept().value().size(), 1u);
}

}  // namespace
}  // namespace penstock::admin
