// SPDX-License-Identifier: Apache-2.0
#include "s3/s3_handler.h"

#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class S3HandlerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  TestService service_;
};

TEST_F(S3HandlerTest, AnswersHealthProbesWithoutASignature) {
  EXPECT_EQ(service_.SendUnsigned("GET", "/minio/health/live").status, 200);
  EXPECT_EQ(service_.SendUnsigned("HEAD", "/minio/health/ready").status, 200);
  EXPECT_EQ(service_.SendUnsigned("PUT", "/minio/health/ready").ErrorCode(), "NoSuchBucket");
}

TEST_F(S3HandlerTest, RefusesTheUnsignedWhateverTheyAskFor) {
  for (const char* target :
       {"/", "/bucket", "/bucket/key", "/bucket?acl", "/bucket?policy", "/bucket/%zz"}) {
    TestResponse response = service_.SendUnsigned("GET", target);
    EXPECT_TRUE(response.ErrorCode() == "AccessDenied" || response.ErrorCode() == "InvalidURI")
        << target << " " << response.body;
  }
}

TEST_F(S3HandlerTest, ErrorDocumentsSayWhatAndWhere) {
  TestResponse response = service_.Get("/bucket/no%20key");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.Header("x-amz-request-id"), "0123456789abcdef");
  EXPECT_EQ(response.Header("server"), "Penstock");
  text::XmlElement error = response.Xml();
  EXPECT_EQ(error.ChildText("Code"), "NoSuchKey");
  EXPECT_EQ(error.ChildText("Key"), "no key");
  EXPECT_EQ(error.ChildText("BucketName"), "bucket");
  EXPECT_EQ(error.ChildText("Resource"), "/bucket/no%20key");
  EXPECT_EQ(error.ChildText("RequestId"), "0123456789abcdef");
  TestResponse head = service_.Send({"HEAD", "/bucket/nokey"});
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.body, "");
}

TEST_F(S3HandlerTest, ProvesWhoIsAsking) {
  TestRequest request{"GET", "/bucket"};
  EXPECT_EQ(service_.Send(request).status, 200);
  request.skew = minutes(14);
  EXPECT_EQ(service_.Send(request).status, 200);
  request.skew = minutes(16);
  EXPECT_EQ(service_.Send(request).ErrorCode(), "RequestTimeTooSkewed");
  request.skew = -minutes(16);
  EXPECT_EQ(service_.Send(request).ErrorCode(), "RequestTimeTooSkewed");
  request.skew = seconds(0);
  request.region = "eu-central-1";
  TestResponse wrong_region = service_.Send(request);
  EXPECT_EQ(wrong_region.ErrorCode(), "AuthorizationHeaderMalformed");
  EXPECT_EQ(wrong_region.Xml().ChildText("Region"), "us-east-1");
  request.target = "/bucket?location";
  EXPECT_EQ(service_.Send(request).status, 200);
}

// As `mc admin` and the admin class of the minio package do.
TEST_F(S3HandlerTest, TellsClientsOfMinioAdminApiThatItIsNotThere) {
  TestRequest request{"GET", "/minio/admin/v3/get-bucket-quota?bucket=bucket"};
  request.region = "";
  TestResponse refused = service_.Send(request);
  EXPECT_EQ(refused.ErrorCode(), "AuthorizationHeaderMalformed");
  EXPECT_NE(refused.Xml().ChildText("Message").find("penstock admin"), std::string::npos);
}

TEST_F(S3HandlerTest, RefusesUnknownKeysAndWrongSecrets) {
  iam::Principal stranger;
  stranger.key = {"STRANGER", "secret"};
  TestRequest request{"GET", "/bucket"};
  request.principal = &stranger;
  EXPECT_EQ(service_.Send(request).ErrorCode(), "InvalidAccessKeyId");
  stranger.key = {"ROOTKEY", "guess"};
  EXPECT_EQ(service_.Send(request).ErrorCode(), "SignatureDoesNotMatch");
}

TEST_F(S3HandlerTest, PresignedRequestsExpire) {
  ASSERT_EQ(service_.Put("/bucket/key", "hello").status, 200);
  EXPECT_EQ(service_.SendPresigned("GET", "/bucket/key", seconds(60), seconds(30)).body, "hello");
  TestResponse late = service_.SendPresigned("GET", "/bucket/key", seconds(60), seconds(70));
  EXPECT_EQ(late.ErrorCode(), "AccessDenied");
  EXPECT_EQ(late.Xml().ChildText("Message"), "Request has expired");
  EXPECT_EQ(service_.SendPresigned("GET", "/bucket/key", seconds(60), -minutes(20)).ErrorCode(),
            "AccessDenied");
  EXPECT_EQ(service_.SendPresigned("GET", "/bucket/key", seconds(604801), seconds(1)).ErrorCode(),
            "AuthorizationQueryParametersError");
  EXPECT_EQ(
      service_
          .SendPresigned("GET", "/bucket/key?response-content-type=a%2Fb", seconds(60), seconds(1))
          .Header("content-type"),
      "a/b");
}

TEST_F(S3HandlerTest, TemporaryKeysStayWithinTheirGrant) {
  iam::Principal task =
      *service_.credentials().IssueTemporary({{"bucket/in"}, {"bucket/out"}}, minutes(60));
  ASSERT_EQ(service_.Put("/bucket/in/a", "1").status, 200);
  auto as_task = [&](std::string method, std::string target) {
    TestRequest request{std::move(method), std::move(target)};
    request.principal = &task;
    TestResponse response = service_.Send(request);
    return response.status == 403 ? response.ErrorCode() : std::to_string(response.status);
  };
  EXPECT_EQ(as_task("GET", "/bucket/in/a"), "200");
  EXPECT_EQ(as_task("GET", "/bucket/inside"), "AccessDenied");
  EXPECT_EQ(as_task("PUT", "/bucket/in/a"), "AccessDenied");
  EXPECT_EQ(as_task("PUT", "/bucket/out/a"), "200");
  EXPECT_EQ(as_task("GET", "/bucket/out/a"), "AccessDenied");
  EXPECT_EQ(as_task("GET", "/bucket?list-type=2&prefix=in%2F"), "200");
  EXPECT_EQ(as_task("GET", "/bucket?list-type=2"), "AccessDenied");
  EXPECT_EQ(as_task("GET", "/bucket?location"), "200");
  EXPECT_EQ(as_task("HEAD", "/bucket"), "200");
  EXPECT_EQ(as_task("PUT", "/other"), "AccessDenied");
  EXPECT_EQ(as_task("DELETE", "/bucket"), "AccessDenied");
  ASSERT_EQ(service_.Put("/secret-bucket").status, 200);
  TestRequest list{"GET", "/"};
  list.principal = &task;
  TestResponse buckets = service_.Send(list);
  EXPECT_NE(buckets.body.find("<Name>bucket</Name>"), std::string::npos);
  EXPECT_EQ(buckets.body.find("secret-bucket"), std::string::npos);
}

TEST_F(S3HandlerTest, CopiesAndBatchDeletesStayWithinTheGrantToo) {
  iam::Principal task =
      *service_.credentials().IssueTemporary({{"bucket/in"}, {"bucket/out"}}, minutes(60));
  ASSERT_EQ(service_.Put("/bucket/private", "1").status, 200);
  TestRequest copy{"PUT", "/bucket/out/x", "", {{"x-amz-copy-source", "/bucket/private"}}};
  copy.principal = &task;
  EXPECT_EQ(service_.Send(copy).ErrorCode(), "AccessDenied");
  TestRequest batch{"POST", "/bucket?delete",
                    "<Delete><Object><Key>private</Key></Object><Object><Key>out/x</Key></Object>"
                    "</Delete>"};
  batch.principal = &task;
  TestResponse deleted = service_.Send(batch);
  ASSERT_EQ(deleted.status, 200);
  EXPECT_EQ(deleted.Xml().Child("Error")->ChildText("Code"), "AccessDenied");
  EXPECT_EQ(deleted.Xml().Child("Deleted")->ChildText("Key"), "out/x");
  EXPECT_EQ(service_.Get("/bucket/private").status, 200);
}

TEST_F(S3HandlerTest, ATokenMustBeTheRightOne) {
  iam::Principal task = *service_.credentials().IssueTemporary({{"bucket"}, {}}, minutes(60));
  TestRequest request{"GET", "/bucket"};
  request.principal = &task;
  EXPECT_EQ(service_.Send(request).status, 200);
  task.session_token.back() = task.session_token.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(service_.Send(request).ErrorCode(), "InvalidToken");
  service_.credentials().Revoke(task.key.access_key);
  EXPECT_EQ(service_.Send(request).ErrorCode(), "InvalidAccessKeyId");
}

TEST_F(S3HandlerTest, AddressesBucketsByHost) {
  TestRequest put{"PUT", "/a/key", "by host", {{"Host", "bucket.localhost:9000"}}};
  EXPECT_EQ(service_.Send(put).status, 200);
  EXPECT_EQ(service_.Get("/bucket/a/key").body, "by host");
}

TEST_F(S3HandlerTest, RefusesUnknownMethodsAndSubResources) {
  EXPECT_EQ(service_.Send({"PATCH", "/bucket/key"}).status, 405);
  EXPECT_EQ(service_.Send({"POST", "/"}).ErrorCode(), "MethodNotAllowed");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?uploads"}).ErrorCode(), "MethodNotAllowed");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?location"}).ErrorCode(), "MethodNotAllowed");
  EXPECT_EQ(service_.Send({"POST", "/bucket", "x"}).ErrorCode(), "MethodNotAllowed");
  EXPECT_EQ(service_.Get("/bucket?x-id=ListObjects").status, 200);
}

TEST_F(S3HandlerTest, TellsWhichConfigurationsAreAbsent) {
  const std::pair<std::string, std::string> cases[] = {
      {"policy", "NoSuchBucketPolicy"},
      {"cors", "NoSuchCORSConfiguration"},
      {"tagging", "NoSuchTagSet"},
      {"lifecycle", "NoSuchLifecycleConfiguration"},
      {"encryption", "ServerSideEncryptionConfigurationNotFoundError"},
      {"object-lock", "ObjectLockConfigurationNotFoundError"},
      {"replication", "ReplicationConfigurationNotFoundError"},
      {"website", "NoSuchWebsiteConfiguration"},
      {"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"},
      {"ownershipControls", "OwnershipControlsNotFoundError"},
      {"analytics", "NotImplemented"},
      {"versioning", ""},
      {"notification", ""},
      {"logging", ""},
      {"requestPayment", ""},
      {"acl", ""},
  };
  for (const auto& [name, error] : cases) {
    EXPECT_EQ(service_.Get("/bucket?" + name).ErrorCode(), error) << name;
    EXPECT_EQ(service_.Get("/nobucket?" + name).ErrorCode(), "NoSuchBucket") << name;
    // The others can be put.
    if (name == "replication" || name == "website" || name == "analytics" || name == "logging") {
      EXPECT_EQ(service_.Put("/bucket?" + name, "<X/>").ErrorCode(), "NotImplemented") << name;
    }
  }
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?policy"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket").status, 200);  // the bucket itself is still there
}

TEST_F(S3HandlerTest, RefusesWhatItWouldOtherwiseIgnore) {
  const std::pair<std::string, std::string> cases[] = {
      {"x-amz-write-offset-bytes", "5"},
  };
  for (const auto& header : cases) {
    EXPECT_EQ(service_.Send({"PUT", "/bucket/key", "x", {header}}).ErrorCode(), "NotImplemented")
        << header.first;
  }
  EXPECT_EQ(
      service_.Send({"PUT", "/bucket/key", "x", {{"x-amz-storage-class", "GLACIER"}}}).ErrorCode(),
      "InvalidStorageClass");
}

TEST_F(S3HandlerTest, Buckets) {
  EXPECT_EQ(service_.Put("/bucket").status, 200);  // as in us-east-1
  TestRequest again{"PUT", "/bucket", "", {{"x-amz-acl", "public-read"}}};
  EXPECT_EQ(service_.Send(again).ErrorCode(), "BucketAlreadyExists");
  EXPECT_EQ(service_.Put("/B").ErrorCode(), "InvalidBucketName");
  EXPECT_EQ(service_
                .Put("/other",
                     "<CreateBucketConfiguration><LocationConstraint>eu-west-1"
                     "</LocationConstraint></CreateBucketConfiguration>")
                .status,
            200);
  again = {"PUT", "/bucket", "", {{"x-amz-bucket-object-lock-enabled", "true"}}};
  EXPECT_EQ(service_.Send(again).ErrorCode(), "BucketAlreadyOwnedByYou");
  EXPECT_EQ(service_.Put("/third", "<Nonsense/>").ErrorCode(), "MalformedXML");
  EXPECT_EQ(service_.Put("/third", "<CreateBucket").ErrorCode(), "MalformedXML");
  EXPECT_EQ(service_.Put("/third", std::string(2 << 20, ' ')).ErrorCode(),
            "MaxMessageLengthExceeded");
  EXPECT_EQ(service_.Get("/").Xml().Child("Buckets")->children.size(), 2U);
  EXPECT_EQ(service_.Send({"HEAD", "/other"}).Header("x-amz-bucket-region"), "us-east-1");
  EXPECT_EQ(service_.Send({"HEAD", "/nobucket"}).status, 404);
  ASSERT_EQ(service_.Put("/other/key", "x").status, 200);
  EXPECT_EQ(service_.Send({"DELETE", "/other"}).ErrorCode(), "BucketNotEmpty");
  EXPECT_EQ(service_.Send({"DELETE", "/other/key"}).status, 204);
  EXPECT_EQ(service_.Send({"DELETE", "/other"}).status, 204);
  EXPECT_EQ(service_.Send({"DELETE", "/other"}).ErrorCode(), "NoSuchBucket");
}

}  // namespace
}  // namespace penstock::s3
