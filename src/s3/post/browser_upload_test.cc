// SPDX-License-Identifier: Apache-2.0
#include "s3/post/browser_upload.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/sigv4.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr char kPolicy[] =
    R"({"expiration": "2026-11-23T09:00:00Z", "conditions": [{"bucket": "bucket"},
        ["starts-with", "$key", "user/"], ["starts-with", "$Content-Type", "text/"],
        ["starts-with", "$x-amz-meta-a", ""], ["starts-with", "$x-amz-credential", ""],
        {"x-amz-algorithm": "AWS4-HMAC-SHA256"}, ["starts-with", "$x-amz-date", ""],
        ["content-length-range", 1, 10]]})";

class BrowserUploadTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  TestResponse Post(const Fields& fields, const std::string& file) {
    std::string body;
    for (const auto& [name, value] : fields) {
      body +=
          "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    body += "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n" +
            file + "\r\n--XX--\r\n";
    return service_.SendUnsigned("POST", "/bucket", body,
                                 {{"Content-Type", "multipart/form-data; boundary=XX"}});
  }

  // The fields of a form that the root has signed.
  static Fields Signed(const std::string& policy = kPolicy) {
    CredentialScope scope{"20261123", "us-east-1", "s3"};
    std::string encoded = base::Base64Encode(policy);
    return {{"key", "user/${filename}"},
            {"Content-Type", "text/plain"},
            {"x-amz-meta-a", "meta"},
            {"x-amz-algorithm", "AWS4-HMAC-SHA256"},
            {"x-amz-credential", "ROOTKEY/" + scope.Text()},
            {"x-amz-date", "20261123T080900Z"},
            {"policy", encoded},
            {"x-amz-signature", Signature(SigningKey("root-secret", scope), encoded)}};
  }

  TestService service_;
};

TEST_F(BrowserUploadTest, StoresWhatASignedFormSays) {
  TestResponse response = Post(Signed(), "bytes");
  EXPECT_EQ(response.status, 204) << response.body;
  EXPECT_EQ(response.Header("location"), "http://127.0.0.1:9000/bucket/user/a.txt");
  TestResponse object = service_.Get("/bucket/user/a.txt");
  EXPECT_EQ(object.body, "bytes");
  EXPECT_EQ(object.Header("content-type"), "text/plain");
  EXPECT_EQ(object.Header("x-amz-meta-a"), "meta");
}

TEST_F(BrowserUploadTest, TheFileHasTheLengthThatWasSigned) {
  EXPECT_EQ(Post(Signed(), "").ErrorCode(), "EntityTooSmall");
  EXPECT_EQ(Post(Signed(), "01234567890").ErrorCode(), "EntityTooLarge");
  EXPECT_EQ(service_.Get("/bucket/user/a.txt").ErrorCode(), "NoSuchKey");
}

TEST_F(BrowserUploadTest, FormsOfOldAreSignedOtherwise) {
  std::string policy = base::Base64Encode(
      R"({"expiration": "2026-11-23T09:00:00Z", "conditions": [{"bucket": "bucket"},
          {"key": "old"}]})");
  Fields fields = {{"KEY", "old"},
                   {"AWSAccessKeyId", "ROOTKEY"},
                   {"Policy", policy},
                   {"Signature", base::Base64Encode(crypto::HmacSha1("root-secret", policy))}};
  EXPECT_EQ(Post(fields, "bytes").status, 204);
  fields.back().second = base::Base64Encode(crypto::HmacSha1("guess", policy));
  EXPECT_EQ(Post(fields, "bytes").ErrorCode(), "SignatureDoesNotMatch");
  fields.pop_back();
  EXPECT_EQ(Post(fields, "bytes").ErrorCode(), "InvalidArgument");
}

TEST_F(BrowserUploadTest, RefusesWhatWasNotSigned) {
  auto with = [](std::string name, std::string value) {
    Fields fields = Signed();
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
    return fields;
  };
  EXPECT_EQ(Post(with("key", "other"), "bytes").ErrorCode(), "AccessDenied");
  EXPECT_EQ(Post(with("x-amz-signature", "00"), "bytes").ErrorCode(), "SignatureDoesNotMatch");
  EXPECT_EQ(Post(with("x-amz-credential", "NOBODY/20261123/us-east-1/s3/aws4_request"), "bytes")
                .ErrorCode(),
            "InvalidAccessKeyId");
  EXPECT_EQ(Post(with("x-amz-credential", "nonsense"), "bytes").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(Post(with("x-amz-meta-a", "a\r\nb: c"), "bytes").ErrorCode(), "InvalidArgument");
  Fields extra = Signed();
  extra.insert(extra.begin(), {"acl", "public-read"});
  EXPECT_EQ(Post(extra, "bytes").ErrorCode(), "AccessDenied");
  EXPECT_EQ(Post(Signed("{}"), "bytes").ErrorCode(), "InvalidPolicyDocument");
}

TEST_F(BrowserUploadTest, AnonymousFormsDoWhatTheBucketAllows) {
  Fields fields = {{"key", "a"}, {"tagging", "<Tagging><TagSet/></Tagging>"}};
  EXPECT_EQ(Post(fields, "bytes").ErrorCode(), "AccessDenied");
  ASSERT_EQ(service_.Send({"PUT", "/bucket?acl", "", {{"x-amz-acl", "public-read-write"}}}).status,
            200);
  EXPECT_EQ(Post(fields, "bytes").status, 204);
  EXPECT_EQ(Post({}, "bytes").ErrorCode(), "InvalidArgument");
}

TEST_F(BrowserUploadTest, AnswersAsTheFormWantsIt) {
  ASSERT_EQ(service_.Send({"PUT", "/bucket?acl", "", {{"x-amz-acl", "public-read-write"}}}).status,
            200);
  TestResponse created = Post({{"key", "a b"}, {"success_action_status", "201"}}, "bytes");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.Xml().ChildText("Key"), "a b");
  EXPECT_EQ(created.Xml().ChildText("Location"), "http://127.0.0.1:9000/bucket/a%20b");
  EXPECT_EQ(Post({{"key", "a"}, {"success_action_status", "200"}}, "bytes").status, 200);
  EXPECT_EQ(Post({{"key", "a"}, {"success_action_status", "500"}}, "bytes").status, 204);
  TestResponse moved =
      Post({{"key", "a b"}, {"success_action_redirect", "https://c.example/d?e=f"}}, "bytes");
  EXPECT_EQ(moved.status, 303);
  EXPECT_EQ(moved.Header("location"),
            "https://c.example/d?e=f&bucket=bucket&key=a%20b&etag=%224b3a6218bb3e3a7303e8a171a60fcf"
            "92%22");
  EXPECT_EQ(Post({{"key", "a"}, {"success_action_redirect", "javascript:x"}}, "bytes").status, 204);
}

}  // namespace
}  // namespace penstock::s3
