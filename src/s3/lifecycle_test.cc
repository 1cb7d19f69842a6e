// SPDX-License-Identifier: Apache-2.0
// Lifecycle rules through the whole handler: how they are set, and what answers tell of them.
#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

class LifecycleTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  TestResponse SetRules(const std::string& rules) {
    return service_.Put("/bucket?lifecycle",
                        "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
  }

  TestService service_;
};

constexpr const char* kRules =
    "<Rule><ID>old logs</ID><Status>Enabled</Status>"
    "<Filter><And><Prefix>logs/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>"
    "<Expiration><Days>30</Days></Expiration></Rule>"
    "<Rule><ID>uploads</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>"
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
    "</AbortIncompleteMultipartUpload></Rule>";

TEST_F(LifecycleTest, IsSetReadAndTakenAway) {
  EXPECT_EQ(service_.Get("/bucket?lifecycle").ErrorCode(), "NoSuchLifecycleConfiguration");
  EXPECT_EQ(SetRules("<Rule/>").ErrorCode(), "MalformedXML");
  EXPECT_EQ(SetRules(kRules).status, 200);
  text::XmlElement rules = service_.Get("/bucket?lifecycle").Xml();
  EXPECT_EQ(rules.name, "LifecycleConfiguration");
  ASSERT_EQ(rules.children.size(), 2);
  EXPECT_EQ(rules.children[0].ChildText("ID"), "old logs");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?lifecycle"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket?lifecycle").status, 404);
  EXPECT_EQ(service_.Put("/none?lifecycle", kRules).ErrorCode(), "MalformedXML");
  EXPECT_EQ(service_.Get("/none?lifecycle").ErrorCode(), "NoSuchBucket");
}

TEST_F(LifecycleTest, AnswersTellWhenObjectsExpire) {
  ASSERT_EQ(SetRules(kRules).status, 200);
  auto put = [&](std::string key, std::string tags) {
    return service_.Send({"PUT", "/bucket/" + key, "1", {{"x-amz-tagging", tags}}})
        .Header("x-amz-expiration");
  };
  base::Time due = service_.clock().Now() + std::chrono::hours(30 * 24);
  due += std::chrono::hours(24) - due.time_since_epoch() % std::chrono::hours(24);
  std::string told = "expiry-date=\"" + base::FormatHttpDate(due) + "\", rule-id=\"old%20logs\"";
  EXPECT_EQ(put("logs/a", "k=v"), told);
  EXPECT_EQ(put("logs/b", "k=w"), "");
  EXPECT_EQ(put("other", "k=v"), "");
  EXPECT_EQ(service_.Get("/bucket/logs/a").Header("x-amz-expiration"), told);
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/logs/a"}).Header("x-amz-expiration"), told);
  ASSERT_EQ(service_.Send({"DELETE", "/bucket/logs/a?tagging"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket/logs/a").Header("x-amz-expiration"), "");
}

TEST_F(LifecycleTest, AnswersTellWhenUploadsAreAborted) {
  ASSERT_EQ(SetRules(kRules).status, 200);
  TestResponse created = service_.Send({"POST", "/bucket/logs/a?uploads"});
  EXPECT_EQ(created.Header("x-amz-abort-rule-id"), "uploads");
  std::string date = created.Header("x-amz-abort-date");
  EXPECT_TRUE(base::ParseHttpDate(date)) << date;
  service_.clock().Advance(std::chrono::hours(1));
  TestResponse parts =
      service_.Get("/bucket/logs/a?uploadId=" + created.Xml().ChildText("UploadId"));
  EXPECT_EQ(parts.Header("x-amz-abort-date"), date);
  EXPECT_EQ(service_.Send({"POST", "/bucket/other?uploads"}).Header("x-amz-abort-date"), "");
}

}  // namespace
}  // namespace penstock::s3
