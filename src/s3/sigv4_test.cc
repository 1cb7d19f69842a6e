// SPDX-License-Identifier: Apache-2.0
#include "s3/sigv4.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "s3/authorization.h"

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

std::string CanonicalOf(const net::RequestHead& head, const Authorization& authorization) {
  auto query = text::Query::Parse(head.query);
  auto canonical =
      CanonicalRequest(head, *query, authorization.signed_headers, authorization.payload_hash);
  return canonical ? *canonical : "error: " + canonical.error().message();
}

std::string SignatureOf(const net::RequestHead& head, const Authorization& authorization) {
  return Signature(
      SigningKey(kSecret, authorization.scope),
      StringToSign(authorization.amz_date, authorization.scope, CanonicalOf(head, authorization)));
}

// The signature that ours must be equal to, in the request itself.
void ExpectProven(const net::RequestHead& head) {
  auto query = text::Query::Parse(head.query);
  ASSERT_TRUE(query.has_value());
  auto authorization = ParseAuthorization(head, *query);
  ASSERT_TRUE(authorization.has_value()) << authorization.error().message();
  EXPECT_EQ(SignatureOf(head, *authorization), authorization->signature)
      << CanonicalOf(head, *authorization);
}

struct Vector {
  std::string name;
  net::RequestHead head;
  std::string canonical;
  std::string signature;
};

void ReadLine(const std::string& line, std::string& method, Vector& vector) {
  auto starts = [&](std::string_view start) { return line.starts_with(start); };
  if (starts("case: ")) vector.name = line.substr(6);
  if (starts("method: ")) method = line.substr(8);
  if (starts("target: ")) vector.head = Head(method, line.substr(8));
  if (starts("header: ")) {
    size_t colon = line.find(": ", 8);
    vector.head.headers.Add(line.substr(8, colon - 8), line.substr(colon + 2));
  }
  if (starts("canonical|")) vector.canonical += line.substr(10) + "\n";
  if (starts("signature: ")) vector.signature = line.substr(11);
}

std::vector<Vector> ReadVectors(const std::string& name) {
  std::ifstream file(base::SourceFile("tests/data/sigv4/") + name);
  std::vector<Vector> vectors;
  Vector vector;
  std::string method;
  for (std::string line; std::getline(file, line);) {
    ReadLine(line, method, vector);
    if (!line.empty() || vector.name.empty()) continue;
    vector.canonical.pop_back();
    vectors.push_back(std::move(vector));
    vector = Vector();
  }
  return vectors;
}

TEST(SigV4, AgreesWithBotocore) {
  std::vector<Vector> vectors = ReadVectors("botocore.txt");
  ASSERT_GT(vectors.size(), 40U);
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    auto query = text::Query::Parse(vector.head.query);
    ASSERT_TRUE(query.has_value());
    auto authorization = ParseAuthorization(vector.head, *query);
    ASSERT_TRUE(authorization.has_value()) << authorization.error().message();
    EXPECT_EQ(authorization->signature, vector.signature);
    EXPECT_EQ(CanonicalOf(vector.head, *authorization), vector.canonical);
    EXPECT_EQ(SignatureOf(vector.head, *authorization), vector.signature);
  }
}

// The examples of the Amazon S3 API reference, "Signature Calculations for the Authorization
// Header" and "Authenticating Requests: Using Query Parameters".
constexpr char kExampleStart[] =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
    "SignedHeaders=";
constexpr char kEmptyHash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

net::RequestHead Example(std::string method, std::string target, const std::string& signed_headers,
                         const std::string& hash, const std::string& signature) {
  net::RequestHead head = Head(std::move(method), std::move(target));
  head.headers.Add("Host", "examplebucket.s3.amazonaws.com");
  head.headers.Add("x-amz-date", "20130524T000000Z");
  head.headers.Add("x-amz-content-sha256", hash);
  head.headers.Add("Authorization", kExampleStart + signed_headers + ",Signature=" + signature);
  return head;
}

TEST(SigV4, ProvesTheExampleOfGetObject) {
  net::RequestHead head =
      Example("GET", "/test.txt", "host;range;x-amz-content-sha256;x-amz-date", kEmptyHash,
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  head.headers.Add("Range", "bytes=0-9");
  ExpectProven(head);
}

TEST(SigV4, ProvesTheExampleOfPutObject) {
  net::RequestHead head = Example(
      "PUT", "/test%24file.text", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  head.headers.Add("Date", "Fri, 24 May 2013 00:00:00 GMT");
  head.headers.Add("x-amz-storage-class", "REDUCED_REDUNDANCY");
  ExpectProven(head);
  // The same file under its unescaped name.
  head.path = head.target = "/test$file.text";
  ExpectProven(head);
}

TEST(SigV4, ProvesTheExamplesOfBucketRequests) {
  ExpectProven(Example("GET", "/?lifecycle", "host;x-amz-content-sha256;x-amz-date", kEmptyHash,
                       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
  ExpectProven(Example("GET", "/?max-keys=2&prefix=J", "host;x-amz-content-sha256;x-amz-date",
                       kEmptyHash,
                       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4, ProvesThePresignedExample) {
  net::RequestHead head = Head(
      "GET",
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
      "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
      "&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  head.headers.Add("Host", "examplebucket.s3.amazonaws.com");
  ExpectProven(head);
}

TEST(SigV4, FoldsBlanks) {
  EXPECT_EQ(FoldBlanks("  a   b\t\tc  "), "a b c");
  EXPECT_EQ(FoldBlanks(" \t "), "");
  EXPECT_EQ(FoldBlanks("\"a   b\""), "\"a b\"");
}

TEST(SigV4, JoinsDoubledHeaders) {
  net::RequestHead head = Head("GET", "/");
  head.headers.Add("X-Amz-Meta-A", " 1 ");
  head.headers.Add("host", "h");
  head.headers.Add("x-amz-meta-a", "2  3");
  auto canonical = CanonicalRequest(head, {}, {"host", "x-amz-meta-a"}, "UNSIGNED-PAYLOAD");
  ASSERT_TRUE(canonical.has_value());
  EXPECT_EQ(*canonical,
            "GET\n/\n\nhost:h\nx-amz-meta-a:1,2 3\n\nhost;x-amz-meta-a\nUNSIGNED-PAYLOAD");
}

TEST(SigV4, RefusesBrokenEscapesInThePath) {
  for (const char* path : {"/a%", "/a%2", "/a%zz"}) {
    EXPECT_FALSE(CanonicalRequest(Head("GET", path), {}, {"host"}, "").has_value()) << path;
  }
}

}  // namespace
}  // namespace penstock::s3
