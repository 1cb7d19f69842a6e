// SPDX-License-Identifier: Apache-2.0
// Object lock through the whole handler: what each call answers. That nothing locked goes, whatever
// the order of calls, is lock_model_test.cc.
#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr char kLater[] = "2030-01-01T00:00:00.000Z";
constexpr char kLatest[] = "2031-01-01T00:00:00.000Z";

class ObjectLockTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(service_.Send({"PUT", "/bucket", "", {{"x-amz-bucket-object-lock-enabled", "true"}}})
                  .status,
              200);
    ASSERT_EQ(service_.Put("/plain").status, 200);
  }

  static std::string Configuration(const std::string& rule) {
    return "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>" + rule +
           "</ObjectLockConfiguration>";
  }
  static std::string Retention(const std::string& mode, const std::string& until) {
    return "<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until +
           "</RetainUntilDate></Retention>";
  }
  TestResponse PutRetention(const std::string& mode, const std::string& until,
                            Headers headers = {}) {
    return service_.Send({"PUT", "/bucket/key?retention", Retention(mode, until), headers});
  }
  TestResponse PutHold(const std::string& status, const std::string& path = "/bucket/key") {
    return service_.Put(path + "?legal-hold",
                        "<LegalHold><Status>" + status + "</Status></LegalHold>");
  }

  const Headers bypass_ = {{"x-amz-bypass-governance-retention", "true"}};
  TestService service_;
};

TEST_F(ObjectLockTest, OfBuckets) {
  EXPECT_EQ(service_.Get("/bucket?object-lock").Xml().ChildText("ObjectLockEnabled"), "Enabled");
  EXPECT_EQ(service_.Get("/bucket?versioning").Xml().ChildText("Status"), "Enabled");
  EXPECT_EQ(service_.Get("/plain?object-lock").ErrorCode(), "ObjectLockConfigurationNotFoundError");
  const std::string rule =
      "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>1</Years></DefaultRetention></Rule>";
  EXPECT_EQ(service_.Put("/bucket?object-lock", Configuration(rule)).status, 200);
  EXPECT_NE(service_.Get("/bucket?object-lock").body.find(rule), std::string::npos);
  // An existing bucket gets it once it keeps versions, and keeps them from then on.
  EXPECT_EQ(service_.Put("/plain?object-lock", Configuration("")).ErrorCode(),
            "InvalidBucketState");
  auto versioning = [&](const std::string& status) {
    return service_.Put("/plain?versioning", "<VersioningConfiguration><Status>" + status +
                                                 "</Status></VersioningConfiguration>");
  };
  EXPECT_EQ(versioning("Suspended").status, 200);
  EXPECT_EQ(service_.Put("/plain?object-lock", Configuration("")).ErrorCode(),
            "InvalidBucketState");
  EXPECT_EQ(versioning("Enabled").status, 200);
  EXPECT_EQ(service_.Put("/plain?object-lock", Configuration("")).status, 200);
  EXPECT_EQ(versioning("Suspended").ErrorCode(), "InvalidBucketState");
  EXPECT_EQ(service_.Send({"PUT", "/other", "", {{"x-amz-bucket-object-lock-enabled", "yes"}}})
                .ErrorCode(),
            "InvalidArgument");
}

TEST_F(ObjectLockTest, Retention) {
  std::string version = service_.Put("/bucket/key", "x").Header("x-amz-version-id");
  EXPECT_EQ(service_.Get("/bucket/key?retention").ErrorCode(), "NoSuchObjectLockConfiguration");
  EXPECT_EQ(PutRetention("GOVERNANCE", kLater).status, 200);
  text::XmlElement kept = service_.Get("/bucket/key?retention&versionId=" + version).Xml();
  EXPECT_EQ(kept.ChildText("Mode"), "GOVERNANCE");
  EXPECT_EQ(kept.ChildText("RetainUntilDate"), kLater);
  TestResponse head = service_.Send({"HEAD", "/bucket/key"});
  EXPECT_EQ(head.Header("x-amz-object-lock-mode"), "GOVERNANCE");
  EXPECT_EQ(head.Header("x-amz-object-lock-retain-until-date"), kLater);

  EXPECT_EQ(PutRetention("GOVERNANCE", kLatest).status, 200);
  EXPECT_EQ(PutRetention("GOVERNANCE", kLater).ErrorCode(), "AccessDenied");
  EXPECT_EQ(PutRetention("COMPLIANCE", kLatest).ErrorCode(), "AccessDenied");
  EXPECT_EQ(service_.Put("/bucket/key?retention", "<Retention/>").ErrorCode(), "AccessDenied");
  EXPECT_EQ(PutRetention("GOVERNANCE", kLater, bypass_).status, 200);
  std::string target = "/bucket/key?versionId=" + version;
  EXPECT_EQ(service_.Send({"DELETE", target}).ErrorCode(), "AccessDenied");
  EXPECT_EQ(PutRetention("COMPLIANCE", kLater, bypass_).status, 200);
  EXPECT_EQ(PutRetention("GOVERNANCE", kLater, bypass_).ErrorCode(), "AccessDenied");
  EXPECT_EQ(PutRetention("COMPLIANCE", kLatest).status, 200);
  EXPECT_EQ(service_.Send({"DELETE", target, "", bypass_}).ErrorCode(), "AccessDenied");

  EXPECT_EQ(PutRetention("governance", kLater).ErrorCode(), "MalformedXML");
  EXPECT_EQ(PutRetention("GOVERNANCE", "2001-01-01T00:00:00Z").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(service_.Get("/bucket/none?retention").ErrorCode(), "NoSuchKey");
  EXPECT_EQ(service_.Get("/nobucket/key?retention").ErrorCode(), "NoSuchBucket");
}

TEST_F(ObjectLockTest, LegalHolds) {
  std::string version = service_.Put("/bucket/key", "x").Header("x-amz-version-id");
  EXPECT_EQ(service_.Get("/bucket/key?legal-hold").Xml().ChildText("Status"), "OFF");
  EXPECT_EQ(PutHold("ON").status, 200);
  EXPECT_EQ(service_.Get("/bucket/key?legal-hold").Xml().ChildText("Status"), "ON");
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/key"}).Header("x-amz-object-lock-legal-hold"), "ON");
  TestResponse refused = service_.Send({"DELETE", "/bucket/key?versionId=" + version, "", bypass_});
  EXPECT_EQ(refused.ErrorCode(), "AccessDenied");
  EXPECT_EQ(PutHold("maybe").ErrorCode(), "MalformedXML");
  EXPECT_EQ(PutHold("OFF").status, 200);
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?versionId=" + version}).status, 204);
}

TEST_F(ObjectLockTest, OnlyWhereTheBucketHasIt) {
  ASSERT_EQ(service_.Put("/plain/key", "x").status, 200);
  EXPECT_EQ(service_.Get("/plain/key?retention").ErrorCode(), "InvalidRequest");
  EXPECT_EQ(service_.Get("/plain/key?legal-hold").ErrorCode(), "InvalidRequest");
  EXPECT_EQ(PutHold("ON", "/plain/key").ErrorCode(), "InvalidRequest");
  EXPECT_EQ(service_.Put("/plain/key?retention", Retention("GOVERNANCE", kLater)).ErrorCode(),
            "InvalidRequest");
  Headers lock = {{"x-amz-object-lock-mode", "GOVERNANCE"},
                  {"x-amz-object-lock-retain-until-date", kLater}};
  EXPECT_EQ(service_.Send({"PUT", "/plain/key", "x", lock}).ErrorCode(), "InvalidRequest");
  EXPECT_EQ(service_.Send({"PUT", "/plain/key", "x", {{"x-amz-object-lock-legal-hold", "ON"}}})
                .ErrorCode(),
            "InvalidRequest");
  EXPECT_EQ(service_.Send({"POST", "/plain/key?uploads", "", lock}).ErrorCode(), "InvalidRequest");
}

TEST_F(ObjectLockTest, OfNewVersions) {
  Headers lock = {{"x-amz-object-lock-mode", "COMPLIANCE"},
                  {"x-amz-object-lock-retain-until-date", kLater},
                  {"x-amz-object-lock-legal-hold", "ON"}};
  auto is_locked = [&](const std::string& path) {
    TestResponse head = service_.Send({"HEAD", path});
    return head.Header("x-amz-object-lock-mode") + " " +
           head.Header("x-amz-object-lock-retain-until-date") + " " +
           head.Header("x-amz-object-lock-legal-hold");
  };
  const std::string expected = std::string("COMPLIANCE ") + kLater + " ON";
  EXPECT_EQ(service_.Send({"PUT", "/bucket/put", "x", lock}).status, 200);
  EXPECT_EQ(is_locked("/bucket/put"), expected);
  // A copy has the lock that is asked for it, not that of its source.
  EXPECT_EQ(
      service_.Send({"PUT", "/bucket/copy", "", {{"x-amz-copy-source", "bucket/put"}}}).status,
      200);
  EXPECT_EQ(is_locked("/bucket/copy"), "  ");
  Headers copy = lock;
  copy.emplace_back("x-amz-copy-source", "bucket/put");
  EXPECT_EQ(service_.Send({"PUT", "/bucket/copy", "", copy}).status, 200);
  EXPECT_EQ(is_locked("/bucket/copy"), expected);
  std::string id =
      service_.Send({"POST", "/bucket/parts?uploads", "", lock}).Xml().ChildText("UploadId");
  std::string tag = service_.Put("/bucket/parts?partNumber=1&uploadId=" + id, "x").Header("etag");
  EXPECT_EQ(service_
                .Send({"POST", "/bucket/parts?uploadId=" + id,
                       "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + tag +
                           "</ETag></Part></CompleteMultipartUpload>"})
                .status,
            200);
  EXPECT_EQ(is_locked("/bucket/parts"), expected);

  ASSERT_EQ(service_
                .Put("/bucket?object-lock",
                     Configuration("<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days>"
                                   "</DefaultRetention></Rule>"))
                .status,
            200);
  EXPECT_EQ(service_.Put("/bucket/default", "x").status, 200);
  std::string until = base::FormatIso8601Millis(service_.clock().Now() + std::chrono::hours(24));
  EXPECT_EQ(service_.Get("/bucket/default?retention").Xml().ChildText("RetainUntilDate"), until);
}

}  // namespace
}  // namespace penstock::s3
