// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/bucket_encryption.h"
#include "s3/encryption_headers.h"
#include "s3/test_service.h"
#include "store/bucket_types.h"

namespace penstock::s3 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const std::string kKey(32, 'k');
const std::string kPrefix = "x-amz-server-side-encryption";

Fields Customers(const std::string& key, const std::string& prefix = "") {
  std::string name = (prefix.empty() ? kPrefix : prefix) + "-customer-";
  return {{name + "algorithm", "AES256"},
          {name + "key", base::Base64Encode(key)},
          {name + "key-MD5", base::Base64Encode(crypto::Md5(key))}};
}

net::Request Request(const Fields& fields, bool tls = true) {
  net::Request request;
  request.tls = tls;
  for (const auto& [name, value] : fields) request.head.headers.Add(name, value);
  return request;
}

std::string Describe(const base::Result<store::EncryptionRequest>& result) {
  if (!result) return result.error().reason();
  std::string text = std::to_string(static_cast<int>(result->kind)) + " " + result->key_name;
  for (const auto& [name, value] : result->context) text += " " + name + "=" + value;
  return text + (result->customer_key.empty() ? "" : " key");
}

TEST(EncryptionHeaders, OfWrites) {
  std::string context = base::Base64Encode(R"({"a":"b"})");
  struct Case {
    Fields fields;
    std::string outcome;
  };
  Fields no_md5 = Customers(kKey), no_key = Customers(kKey), no_algorithm = Customers(kKey);
  no_md5.pop_back();
  no_key.erase(no_key.begin() + 1);
  no_algorithm.erase(no_algorithm.begin());
  Fields wrong_md5 = Customers(kKey), other_algorithm = Customers(kKey), both = Customers(kKey);
  wrong_md5[2].second = base::Base64Encode(std::string(16, 'x'));
  other_algorithm[0].second = "AES128";
  both.emplace_back(kPrefix, "AES256");
  Fields not_base64 = Customers(kKey);
  not_base64[1].second = "not base64!";
  const Case cases[] = {
      {{}, "0 "},
      {{{kPrefix, "AES256"}}, "1 "},
      {{{kPrefix, "aws:kms"}, {kPrefix + "-aws-kms-key-id", "name"}}, "2 name"},
      {{{kPrefix, "aws:kms"}}, "2 "},
      {{{kPrefix, "aws:kms"},
        {kPrefix + "-aws-kms-key-id", "arn:aws:kms:eu-west-1:1:key/name"},
        {kPrefix + "-context", context},
        {kPrefix + "-bucket-key-enabled", "true"}},
       "2 name a=b"},
      {Customers(kKey), "3  key"},
      {{{kPrefix, "AES192"}}, "InvalidArgument"},
      {{{kPrefix, "aes256"}}, "InvalidArgument"},
      {{{kPrefix, ""}}, "InvalidArgument"},
      {{{kPrefix, "aws:kms:dsse"}}, "NotImplemented"},
      {{{kPrefix, "AES256"}, {kPrefix + "-aws-kms-key-id", "name"}}, "InvalidArgument"},
      {{{kPrefix, "AES256"}, {kPrefix + "-context", context}}, "InvalidArgument"},
      {{{kPrefix + "-aws-kms-key-id", "name"}}, "InvalidArgument"},
      {{{kPrefix, "aws:kms"}, {kPrefix + "-context", "e30"}}, "InvalidArgument"},
      {{{kPrefix, "aws:kms"}, {kPrefix + "-context", base::Base64Encode("[1]")}},
       "InvalidArgument"},
      {{{kPrefix, "aws:kms"}, {kPrefix + "-context", base::Base64Encode(R"({"a":1})")}},
       "InvalidArgument"},
      {no_md5, "InvalidArgument"},
      {no_key, "InvalidArgument"},
      {no_algorithm, "InvalidArgument"},
      {wrong_md5, "InvalidArgument"},
      {not_base64, "InvalidArgument"},
      {Customers("short"), "InvalidArgument"},
      {other_algorithm, "InvalidEncryptionAlgorithmError"},
      {both, "InvalidArgument"},
  };
  store::BucketInfo bucket;
  for (const Case& c : cases) {
    EXPECT_EQ(Describe(ParseEncryption(Request(c.fields), bucket)), c.outcome)
        << (c.fields.empty() ? "" : c.fields.back().first + ": " + c.fields.back().second);
  }
  EXPECT_EQ(Describe(ParseEncryption(Request(Customers(kKey), /*tls=*/false), bucket)),
            "InvalidRequest");
}

TEST(EncryptionHeaders, NamesOfKeys) {
  EXPECT_EQ(KeyNameOf("name"), "name");
  EXPECT_EQ(KeyNameOf("alias/name"), "name");
  EXPECT_EQ(KeyNameOf("arn:aws:kms:::key/name"), "name");
  EXPECT_EQ(KeyNameOf("arn:aws:kms:us-east-1:123:alias/name"), "name");
  EXPECT_EQ(KeyNameOf(""), "");
}

TEST(BucketEncryption, Documents) {
  auto document = [](const std::string& apply, const std::string& more = "") {
    return "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>" + apply +
           "</ApplyServerSideEncryptionByDefault>" + more +
           "</Rule></ServerSideEncryptionConfiguration>";
  };
  auto outcome = [](const std::string& xml) {
    auto parsed = ParseBucketEncryption(xml);
    if (!parsed) return parsed.error().reason();
    auto again = ParseBucketEncryption(FormatBucketEncryption(*parsed));
    EXPECT_TRUE(again && again->key_id == parsed->key_id && again->named_key == parsed->named_key &&
                again->bucket_key == parsed->bucket_key);
    return (parsed->named_key ? "named " : "store ") + parsed->key_id +
           (parsed->bucket_key ? " bucket key" : "");
  };
  const std::string kms = "<SSEAlgorithm>aws:kms</SSEAlgorithm>";
  EXPECT_EQ(outcome(document("<SSEAlgorithm>AES256</SSEAlgorithm>")), "store ");
  EXPECT_EQ(outcome(document(kms)), "named ");
  EXPECT_EQ(outcome(document(kms + "<KMSMasterKeyID>a</KMSMasterKeyID>",
                             "<BucketKeyEnabled>true</BucketKeyEnabled>")),
            "named a bucket key");
  EXPECT_EQ(outcome(document("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>a"
                             "</KMSMasterKeyID>")),
            "InvalidArgument");
  for (const std::string& xml :
       {std::string(), std::string("<Other/>"), document(""),
        document("<SSEAlgorithm>DES</SSEAlgorithm>"),
        std::string("<ServerSideEncryptionConfiguration/>"),
        std::string(
            "<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>"),
        std::string("<ServerSideEncryptionConfiguration><Rule/><Rule/>"
                    "</ServerSideEncryptionConfiguration>")}) {
    EXPECT_EQ(outcome(xml), "MalformedXML") << xml;
  }
}

class EncryptionTest : public ::testing::Test {
 protected:
  EncryptionTest() {
    service_.Put("/bucket");
    EXPECT_TRUE(service_.key_ring().Create("name"));
  }
  TestResponse Send(std::string method, std::string target, Fields fields, std::string body = "") {
    TestRequest request{std::move(method), std::move(target), std::move(body), std::move(fields)};
    request.tls = true;
    return service_.Send(request);
  }

  TestService service_;
};

TEST_F(EncryptionTest, AnswersTellHow) {
  TestResponse put = Send("PUT", "/bucket/k", {{kPrefix, "AES256"}}, "hello");
  EXPECT_EQ(put.Header(kPrefix), "AES256");
  EXPECT_EQ(put.Header("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(service_.Get("/bucket/k").body, "hello");
  EXPECT_EQ(service_.Get("/bucket/k").Header(kPrefix), "AES256");
  put = Send("PUT", "/bucket/n", {{kPrefix, "aws:kms"}, {kPrefix + "-aws-kms-key-id", "name"}},
             "hello");
  EXPECT_EQ(put.Header(kPrefix + "-aws-kms-key-id"), "name");
  EXPECT_NE(put.Header("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  put = Send("PUT", "/bucket/c", Customers(kKey), "hello");
  EXPECT_EQ(put.Header(kPrefix + "-customer-key-MD5"), Customers(kKey)[2].second);
  TestResponse got = Send("GET", "/bucket/c", Customers(kKey));
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.Header(kPrefix + "-customer-algorithm"), "AES256");
}

TEST_F(EncryptionTest, ReadsAreRefused) {
  Send("PUT", "/bucket/c", Customers(kKey), "hello");
  Send("PUT", "/bucket/s", {{kPrefix, "AES256"}}, "hello");
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_EQ(Send(method, "/bucket/c", {}).status, 400);
    EXPECT_EQ(Send(method, "/bucket/c", Customers(std::string(32, 'x'))).status, 400);
    EXPECT_EQ(Send(method, "/bucket/s", Customers(kKey)).status, 400);
    EXPECT_EQ(Send(method, "/bucket/s", {{kPrefix, "AES256"}}).status, 400);
  }
  TestResponse refused = service_.Get("/bucket/c");
  EXPECT_EQ(refused.ErrorCode(), "InvalidRequest");
  EXPECT_NE(refused.body.find("own key"), std::string::npos) << refused.body;
  EXPECT_EQ(Send("PUT", "/bucket/k", {{kPrefix, "aws:kms"}, {kPrefix + "-aws-kms-key-id", "none"}})
                .ErrorCode(),
            "KMS.NotFoundException");
  EXPECT_TRUE(service_.key_ring().SetEnabled("name", false));
  EXPECT_EQ(Send("PUT", "/bucket/k", {{kPrefix, "aws:kms"}, {kPrefix + "-aws-kms-key-id", "name"}})
                .ErrorCode(),
            "KMS.DisabledException");
}

TEST_F(EncryptionTest, BucketsHaveADefault) {
  std::string document = FormatBucketEncryption({true, "name", false});
  EXPECT_EQ(service_.Get("/bucket?encryption").ErrorCode(),
            "ServerSideEncryptionConfigurationNotFoundError");
  EXPECT_EQ(service_.Put("/bucket?encryption", document).status, 200);
  EXPECT_EQ(service_.Get("/bucket?encryption").body, document);
  EXPECT_EQ(service_.Put("/bucket/k", "hello").Header(kPrefix + "-aws-kms-key-id"), "name");
  EXPECT_EQ(Send("PUT", "/bucket/k", {{kPrefix, "AES256"}}, "x").Header(kPrefix), "AES256");
  TestResponse upload = Send("POST", "/bucket/m?uploads", {});
  EXPECT_EQ(upload.Header(kPrefix), "aws:kms");
  TestResponse copy = Send("PUT", "/bucket/copy", {{"x-amz-copy-source", "/bucket/k"}});
  EXPECT_EQ(copy.Header(kPrefix), "aws:kms");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?encryption"}).status, 204);
  EXPECT_EQ(service_.Put("/bucket/k", "hello").Header(kPrefix), "");
}

TEST_F(EncryptionTest, CopiesChangeKeys) {
  Send("PUT", "/bucket/k", Customers(kKey), "hello");
  Fields fields = Customers(kKey, "x-amz-copy-source-server-side-encryption");
  fields.emplace_back("x-amz-copy-source", "/bucket/k");
  fields.emplace_back(kPrefix, "AES256");
  EXPECT_EQ(Send("PUT", "/bucket/k", fields).Header(kPrefix), "AES256");
  EXPECT_EQ(service_.Get("/bucket/k").body, "hello");
  EXPECT_EQ(Send("PUT", "/bucket/other", fields).ErrorCode(), "InvalidRequest");
}

}  // namespace
}  // namespace penstock::s3
