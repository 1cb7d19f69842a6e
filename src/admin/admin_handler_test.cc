// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_handler.h"

#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using testing::HasSubstr;

TEST(AdminHandler, AnswersTheRoot) {
  TestAdmin admin;
  admin.clock().Advance(std::chrono::seconds(5));
  TestAnswer answer = admin.Get("/info");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json().StringOr("version", ""), "0.0.1");
  EXPECT_EQ(answer.Json().IntegerOr("uptime_seconds", 0), 5);
}

TEST(AdminHandler, WantsAProvenSignature) {
  TestAdmin admin;
  TestAnswer answer = admin.Send("GET", "/info", nullptr, {"ROOTKEY", "wrong", ""});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.ErrorCode(), "SignatureDoesNotMatch");
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, {"NOBODY", "wrong", ""}).ErrorCode(),
            "InvalidAccessKeyId");
}

TEST(AdminHandler, WantsTheBodySigned) {
  TestAdmin admin;
  net::ClientRequest request = admin.Signed("GET", "/info", R"({"a":1})");
  request.body = R"({"a":2})";
  EXPECT_EQ(admin.Deliver(request).ErrorCode(), "PayloadNotSigned");
}

TEST(AdminHandler, RefusesOthersThanTheRoot) {
  TestAdmin admin;
  iam::Grant grant;
  grant.read_prefixes = {"bucket"};
  auto task = admin.credentials().IssueTemporary(grant, std::chrono::hours(1));
  SigningKeys keys{task->key.access_key, task->key.secret_key, task->session_token};
  TestAnswer answer = admin.Send("GET", "/info", nullptr, keys);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.ErrorCode(), "AccessDenied");
  EXPECT_THAT(answer.body, HasSubstr("admin:ServerInfo"));
}

TEST(AdminHandler, RefusesBodiesThatAreNoJsonObject) {
  TestAdmin admin;
  for (const char* body : {"{", "[]", "\"x\"", "{} {}"}) {
    EXPECT_EQ(admin.Deliver(admin.Signed("GET", "/info", body)).ErrorCode(), "InvalidArgument")
        << body;
  }
  std::string large = "{\"a\":\"" + std::string(2 << 20, 'x') + "\"}";
  EXPECT_EQ(admin.Deliver(admin.Signed("GET", "/info", large)).status, 507);
}

// The rule that keeps a bucket called `penstock` whole: admin requests are those that were signed
// for it, and no others.
TEST(AdminHandler, LeavesABucketOfThatNameAlone) {
  TestAdmin admin;
  net::RequestHead head;
  head.path = "/penstock/admin/v1/info";
  EXPECT_FALSE(IsAdminRequest(head));
  head.headers.Set("Authorization",
                   "AWS4-HMAC-SHA256 Credential=K/20261123/us-east-1/s3/aws4_request, …");
  EXPECT_FALSE(IsAdminRequest(head));
  head.headers.Set("Authorization",
                   "AWS4-HMAC-SHA256 Credential=K/20261123/r/penstock-admin/aws4_request, …");
  EXPECT_TRUE(IsAdminRequest(head));
  head.path = "/penstock/admin/v10/info";
  EXPECT_FALSE(IsAdminRequest(head));
  head.path = "/bucket/key";
  EXPECT_FALSE(IsAdminRequest(head));
}

}  // namespace
}  // namespace penstock::admin
