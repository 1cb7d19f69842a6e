// SPDX-License-Identifier: Apache-2.0
#include "s3/sigv2.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/source_file.h"
#include "s3/error_codes.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

constexpr char kSecret[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

net::RequestHead Head(std::string method, std::string target) {
  net::RequestHead head;
  head.method = std::move(method);
  size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string::npos) head.query = target.substr(question + 1);
  head.target = std::move(target);
  return head;
}

struct Vector {
  std::string name;
  net::RequestHead head;
  std::string bucket;  // of the host
};

// botocore.txt: a name, the request line, a bucket where the host names it, the fields.
std::vector<Vector> ReadVectors() {
  std::ifstream file(base::SourceFile("tests/data/sigv2/botocore.txt"));
  std::vector<Vector> vectors;
  bool named = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) {
      vectors.push_back({line.substr(3), {}, ""});
      named = true;
    } else if (std::exchange(named, false)) {
      size_t space = line.find(' ');
      vectors.back().head = Head(line.substr(0, space), line.substr(space + 1));
    } else if (line.starts_with("bucket ")) {
      vectors.back().bucket = line.substr(7);
    } else if (size_t colon = line.find(": "); colon != std::string::npos && !vectors.empty()) {
      vectors.back().head.headers.Add(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return vectors;
}

bool Proven(const net::RequestHead& head, std::string_view bucket,
            std::string_view secret = kSecret) {
  auto query = text::Query::Parse(head.query);
  auto authorization = ParseAuthorization(head, *query);
  EXPECT_TRUE(authorization) << authorization.error().message();
  if (!authorization) return false;
  EXPECT_TRUE(authorization->version2);
  return Version2Proves(secret, head, *query, *authorization, bucket);
}

net::RequestHead WithParameter(net::RequestHead head, std::string_view parameter) {
  head.query.append(head.query.empty() ? "" : "&").append(parameter);
  return head;
}

TEST(SigV2, ProvesWhatBotocoreSigns) {
  std::vector<Vector> vectors = ReadVectors();
  ASSERT_GT(vectors.size(), 20u);
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    EXPECT_TRUE(Proven(vector.head, vector.bucket));
    EXPECT_FALSE(Proven(vector.head, vector.bucket, "another secret"));
    EXPECT_FALSE(Proven(vector.head, "elsewhere"));
    net::RequestHead other = vector.head;
    other.method = "DELETE";
    EXPECT_FALSE(Proven(other, vector.bucket));
    other = vector.head;
    other.path += "x";
    EXPECT_FALSE(Proven(other, vector.bucket));
    other = vector.head;
    other.headers.Add("x-amz-bypass-governance-retention", "true");
    EXPECT_FALSE(Proven(other, vector.bucket));
  }
}

TEST(SigV2, APresignedUrlCannotBeMadeAnotherRequest) {
  for (const Vector& vector : ReadVectors()) {
    if (!vector.name.starts_with("presigned")) continue;
    for (std::string_view parameter : {"acl",
                                       "attributes",
                                       "delete",
                                       "encryption",
                                       "events",
                                       "legal-hold",
                                       "lifecycle",
                                       "object-lock",
                                       "ownershipControls",
                                       "partNumber=3",
                                       "policy",
                                       "policyStatus",
                                       "publicAccessBlock",
                                       "response-content-type=text/html",
                                       "restore",
                                       "retention",
                                       "tagging=1",
                                       "uploadId=2",
                                       "versionId=3",
                                       "versioning",
                                       "versions",
                                       "x-amz-acl=public-read",
                                       "x-amz-copy-source=b%2Fk"}) {
      net::RequestHead head = WithParameter(vector.head, parameter);
      EXPECT_FALSE(Proven(head, vector.bucket)) << vector.name << " with " << parameter;
    }
    EXPECT_TRUE(Proven(WithParameter(vector.head, "x-id=GetObject"), vector.bucket));
  }
}

// The examples of the Amazon S3 user guide, "Signing and authenticating REST requests".
TEST(SigV2, ProvesAmazonsExamples) {
  struct Example {
    std::string method, target, bucket, date, type, signature;
  };
  const Example examples[] = {
      {"GET", "/photos/puppy.jpg", "johnsmith", "Tue, 27 Mar 2007 19:36:42 +0000", "",
       "bWq2s1WEIj+Ydj0vQ697zp+IXMU="},
      {"PUT", "/photos/puppy.jpg", "johnsmith", "Tue, 27 Mar 2007 21:15:45 +0000", "image/jpeg",
       "MyyxeRY7whkBe+bq8fHCL/2kKUg="},
      {"GET", "/?prefix=photos&max-keys=50&marker=puppy", "johnsmith",
       "Tue, 27 Mar 2007 19:42:41 +0000", "", "htDYFYduRNen8P9ZfE/s9SuKy0U="},
      {"GET", "/?acl", "johnsmith", "Tue, 27 Mar 2007 19:44:46 +0000", "",
       "c2WLPFtWHVgbEmeEG93a4cG37dM="},
      {"GET", "/", "", "Wed, 28 Mar 2007 01:29:59 +0000", "", "qGdzdERIC03wnaRNKh6OqZehG9s="},
      {"GET", "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re", "", "Wed, 28 Mar 2007 01:49:49 +0000",
       "", "DNEZGsoieTZ92F3bUfSPQcbGmlM="},
  };
  for (const Example& example : examples) {
    net::RequestHead head = Head(example.method, example.target);
    head.headers.Add("Date", example.date);
    if (!example.type.empty()) head.headers.Add("Content-Type", example.type);
    head.headers.Add("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:" + example.signature);
    EXPECT_TRUE(Proven(head, example.bucket)) << example.target;
  }
  EXPECT_TRUE(Proven(Head("GET",
                          "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature="
                          "NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620"),
                     "johnsmith"));
  net::RequestHead removal = Head("DELETE", "/johnsmith/photos/puppy.jpg");
  removal.headers.Add("Date", "Tue, 27 Mar 2007 21:20:27 +0000");
  removal.headers.Add("x-amz-date", "Tue, 27 Mar 2007 21:20:26 +0000");
  removal.headers.Add("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:R4dJ53KECjStyBO5iTBJZ4XVOaI=");
  EXPECT_TRUE(Proven(removal, ""));
}

// Botocore's client signs "/bucket" as "/bucket/".
TEST(SigV2, ABucketMayBeSignedAsAFolder) {
  net::RequestHead head = Head("GET", "/bucket?list-type=2&prefix=a");
  std::string date = "Mon, 23 Nov 2026 08:09:10 GMT";
  head.headers.Add("Date", date);
  std::string text = "GET\n\n\n" + date + "\n/bucket/";
  head.headers.Add("Authorization", "AWS AK:" + Version2Signature(kSecret, text));
  EXPECT_TRUE(Proven(head, ""));
  EXPECT_FALSE(Proven(head, "bucket"));
  head.path = "/bucket/k";
  EXPECT_FALSE(Proven(head, ""));
}

TEST(SigV2, TellsWhatIsWrong) {
  auto code_of = [](const net::RequestHead& head) -> std::string {
    auto parsed = ParseAuthorization(head, *text::Query::Parse(head.query));
    return parsed ? "ok" : std::string(parsed.error().reason());
  };
  for (const char* query :
       {"AWSAccessKeyId=a", "Signature=b", "AWSAccessKeyId=a&Signature=b",
        "AWSAccessKeyId=a&Expires=1&Signature=", "AWSAccessKeyId=&Expires=1&Signature=b",
        "AWSAccessKeyId=a&Signature=b&Expires=soon", "AWSAccessKeyId=a&Signature=b&Expires=1.5",
        "AWSAccessKeyId=a&Signature=b&Expires=99999999999999999999"}) {
    EXPECT_EQ(code_of(Head("GET", std::string("/b/k?") + query)), code::kAccessDenied) << query;
  }
  EXPECT_EQ(code_of(Head("GET", "/b/k?AWSAccessKeyId=a&Signature=b&Expires=-5")), "ok");
  net::RequestHead head = Head("PUT", "/b/k");
  head.headers.Add("Authorization", "AWS a:b");
  EXPECT_EQ(code_of(head), code::kAccessDenied);
  for (const char* date : {"yesterday", "", "Tue, 07 Jul 1950 21:53:04 GMT"}) {
    head.headers.Set("x-amz-date", date);
    EXPECT_EQ(code_of(head), code::kAccessDenied) << date;
  }
  head.headers.Set("x-amz-date", "Mon, 23 Nov 2026 08:09:10 GMT");
  EXPECT_EQ(code_of(head), "ok");
  head.headers.Set("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  EXPECT_EQ(code_of(head), code::kInvalidRequest);
  head.headers.Set("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  EXPECT_EQ(code_of(head), "ok");
}

// Other services know version 4 only.
TEST(SigV2, IsOfS3Alone) {
  net::RequestHead head = Head("POST", "/");
  head.headers.Add("Authorization", "AWS a:b");
  head.headers.Add("Date", "Mon, 23 Nov 2026 08:09:10 GMT");
  auto parsed = ParseAuthorization(head, {}, "sts", "");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().reason(), code::kInvalidRequest);
}

class SigV2ServiceTest : public ::testing::Test {
 protected:
  static S3Options Options() {
    S3Options options;
    options.virtual_host_domains = {"s3.test"};
    return options;
  }

  SigV2ServiceTest() : service_(Options()) { service_.Put("/bucket"); }

  int64_t In(std::chrono::seconds from_now) {
    return std::chrono::floor<std::chrono::seconds>(service_.clock().Now() + from_now)
        .time_since_epoch()
        .count();
  }

  // A URL as the root presigns it; `covered` is what stands for it in the string to sign.
  std::string Presign(const std::string& method, const std::string& path,
                      const std::string& covered, int64_t expires, const std::string& more = "",
                      const std::string& fields = "\n") {
    std::string signature = Version2Signature(
        "root-secret", method + "\n" + fields + "\n" + std::to_string(expires) + "\n" + covered);
    return path + "?" + more + "AWSAccessKeyId=ROOTKEY&Expires=" + std::to_string(expires) +
           "&Signature=" + text::PercentEncode(signature);
  }

  TestService service_;
};

TEST_F(SigV2ServiceTest, PresignedUrlsWorkUntilTheyExpire) {
  std::string put = Presign("PUT", "/bucket/k", "/bucket/k", In(std::chrono::hours(1)),
                            "content-type=text%2Fcsv&", "\ntext/csv");
  EXPECT_EQ(service_.SendUnsigned("PUT", put, "a,b").status, 200);
  std::string get = Presign("GET", "/bucket/k", "/bucket/k", In(std::chrono::hours(1)));
  TestResponse got = service_.SendUnsigned("GET", get);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "a,b");
  EXPECT_EQ(got.Header("Content-Type"), "text/csv");
  EXPECT_EQ(service_.SendUnsigned("DELETE", get).ErrorCode(), "SignatureDoesNotMatch");
  EXPECT_EQ(service_.SendUnsigned("GET", get + "&acl").ErrorCode(), "SignatureDoesNotMatch");
  std::string unknown = get;
  unknown.replace(unknown.find("ROOTKEY"), 7, "NOBODY");
  EXPECT_EQ(service_.SendUnsigned("GET", unknown).ErrorCode(), "InvalidAccessKeyId");
  service_.clock().Advance(std::chrono::hours(2));
  TestResponse late = service_.SendUnsigned("GET", get);
  EXPECT_EQ(late.status, 403);
  EXPECT_EQ(late.ErrorCode(), "AccessDenied");
}

// Parameters that the signature does not cover must not become fields of the request.
TEST_F(SigV2ServiceTest, ParametersInOtherLettersAreNoFields) {
  std::string put = Presign("PUT", "/bucket/k", "/bucket/k", In(std::chrono::hours(1)));
  EXPECT_EQ(service_.SendUnsigned("PUT", put + "&x-AMZ-meta-a=1&X-Amz-Meta-B=2", "x").status, 200);
  TestResponse head = service_.Send({"HEAD", "/bucket/k"});
  EXPECT_EQ(head.status, 200);
  EXPECT_FALSE(head.headers.Has("x-amz-meta-a"));
  EXPECT_FALSE(head.headers.Has("x-amz-meta-b"));
}

TEST_F(SigV2ServiceTest, VirtualHostsHaveTheirBucketInTheSignature) {
  service_.Put("/bucket/k", "hello");
  std::string get = Presign("GET", "/k", "/bucket/k", In(std::chrono::hours(1)));
  TestResponse got = service_.SendUnsigned("GET", get, "", {{"host", "bucket.s3.test"}});
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.body, "hello");
}

TEST_F(SigV2ServiceTest, TheClockOfTheClientMustBeNearOurs) {
  auto send = [&](const std::string& date) {
    std::string signature = Version2Signature("root-secret", "GET\n\n\n" + date + "\n/bucket");
    return service_
        .SendUnsigned("GET", "/bucket", "",
                      {{"Date", date}, {"Authorization", "AWS ROOTKEY:" + signature}})
        .ErrorCode();
  };
  EXPECT_EQ(send(base::FormatHttpDate(service_.clock().Now())), "");
  EXPECT_EQ(send(base::FormatHttpDate(service_.clock().Now() - std::chrono::minutes(16))),
            "RequestTimeTooSkewed");
  EXPECT_EQ(send("Tue, 07 Jul 9999 21:53:04 GMT"), "RequestTimeTooSkewed");
}

}  // namespace
}  // namespace penstock::s3
