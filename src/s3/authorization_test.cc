// SPDX-License-Identifier: Apache-2.0
#include "s3/authorization.h"

#include <gtest/gtest.h>

#include "s3/error_codes.h"

namespace penstock::s3 {
namespace {

constexpr char kGood[] =
    "AWS4-HMAC-SHA256 Credential=AK/20261123/us-east-1/s3/aws4_request, "
    "SignedHeaders=host;x-amz-date,"
    " Signature=abc";

net::RequestHead HeaderSigned(const std::string& authorization) {
  net::RequestHead head;
  head.headers.Add("Authorization", authorization);
  head.headers.Add("X-Amz-Date", "20261123T080910Z");
  head.headers.Add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
  return head;
}

std::string CodeOf(const net::RequestHead& head, std::string_view raw_query = "") {
  auto query = text::Query::Parse(raw_query);
  auto parsed = ParseAuthorization(head, *query);
  return parsed ? "ok" : parsed.error().reason();
}

TEST(Authorization, ReadsTheHeader) {
  auto parsed = ParseAuthorization(HeaderSigned(kGood), {});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
  EXPECT_EQ(parsed->access_key, "AK");
  EXPECT_EQ(parsed->scope.Text(), "20261123/us-east-1/s3/aws4_request");
  EXPECT_EQ(parsed->signed_headers, (std::vector<std::string>{"host", "x-amz-date"}));
  EXPECT_EQ(parsed->signature, "abc");
  EXPECT_EQ(parsed->amz_date, "20261123T080910Z");
  EXPECT_EQ(parsed->payload_hash, "UNSIGNED-PAYLOAD");
  EXPECT_FALSE(parsed->presigned);
}

TEST(Authorization, SortsSignedHeadersAndTakesKeysWithSlashes) {
  auto parsed = ParseAuthorization(
      HeaderSigned("AWS4-HMAC-SHA256 Credential=a/b/c/20261123/r/s3/aws4_request,"
                   "SignedHeaders=X-Amz-Date;host;host,Signature=1"),
      {});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
  EXPECT_EQ(parsed->access_key, "a/b/c");
  EXPECT_EQ(parsed->signed_headers, (std::vector<std::string>{"host", "x-amz-date"}));
}

TEST(Authorization, TellsWhatIsWrongWithTheHeader) {
  struct Case {
    std::string header;
    std::string_view code;
  };
  const Case cases[] = {
      {"AWS", code::kInvalidArgument},
      {"AWS HAHAHA", code::kInvalidArgument},
      {"AWS :sig", code::kInvalidArgument},
      {"AWS AK:", code::kInvalidArgument},
      {"Basic YTpi", code::kInvalidArgument},
      {"", code::kInvalidArgument},
      {"AWS4-HMAC-SHA256-X Credential=", code::kInvalidArgument},
      {"AWS4-HMAC-SHA256", code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/s3/aws4_request, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=1", code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/s3/aws4_request, SignedHeaders=host",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/s3/aws4_request, SignedHeaders=date, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/s3/aws4_request, SignedHeaders=host;;a, "
       "Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK, SignedHeaders=host, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=/20261123/r/s3/aws4_request, SignedHeaders=host, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/2026112/r/s3/aws4_request, SignedHeaders=host, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261124/r/s3/aws4_request, SignedHeaders=host, Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/ec2/aws4_request, SignedHeaders=host, "
       "Signature=1",
       code::kAuthorizationHeaderMalformed},
      {"AWS4-HMAC-SHA256 Credential=AK/20261123/r/s3/aws5_request, SignedHeaders=host, "
       "Signature=1",
       code::kAuthorizationHeaderMalformed},
  };
  for (const Case& c : cases) EXPECT_EQ(CodeOf(HeaderSigned(c.header)), c.code) << c.header;
}

TEST(Authorization, NeedsADateAndAPayloadHash) {
  net::RequestHead head = HeaderSigned(kGood);
  head.headers.Remove("x-amz-date");
  EXPECT_EQ(CodeOf(head), code::kAccessDenied);
  head.headers.Set("x-amz-date", "yesterday");
  EXPECT_EQ(CodeOf(head), code::kAccessDenied);
  head.headers.Remove("x-amz-date");
  for (const char* date : {"Mon, 23 Nov 2026 08:09:10 GMT", "Mon, 23 Nov 2026 08:09:10 -0000"}) {
    head.headers.Set("Date", date);
    EXPECT_EQ(CodeOf(head), "ok") << date;
  }
  head.headers.Set("Date", "Mon, 23 Nov 2026 08:09:10 +0100");
  EXPECT_EQ(CodeOf(head), code::kAccessDenied);
  head.headers.Set("Date", "Mon, 23 Nov 2026 08:09:10 GMT");
  head.headers.Remove("x-amz-content-sha256");
  EXPECT_EQ(CodeOf(head), code::kInvalidRequest);
  head.headers.Set("x-amz-content-sha256", "abc");
  EXPECT_EQ(CodeOf(head), code::kInvalidArgument);
  head.headers.Set("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");
  EXPECT_EQ(CodeOf(head), code::kNotImplemented);
}

TEST(Authorization, RefusesUnsignedAndDoublySignedRequests) {
  EXPECT_EQ(CodeOf({}), code::kAccessDenied);
  EXPECT_EQ(CodeOf(HeaderSigned(kGood), "AWSAccessKeyId=a&Signature=b&Expires=1"),
            code::kInvalidArgument);
  EXPECT_EQ(CodeOf(HeaderSigned(kGood), "X-Amz-Algorithm=AWS4-HMAC-SHA256"),
            code::kInvalidArgument);
}

std::string Presigned(std::string_view name, std::string_view value) {
  std::pair<std::string_view, std::string_view> parameters[] = {
      {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
      {"X-Amz-Credential", "AK/20261123/us-east-1/s3/aws4_request"},
      {"X-Amz-Date", "20261123T080910Z"},
      {"X-Amz-Expires", "604800"},
      {"X-Amz-SignedHeaders", "host"},
      {"X-Amz-Signature", "abc"}};
  std::string query;
  for (const auto& [parameter, standard] : parameters) {
    std::string_view chosen = parameter == name ? value : standard;
    if (chosen == "-") continue;
    query += std::string(parameter) + "=" + text::PercentEncode(chosen) + "&";
  }
  return query;
}

TEST(Authorization, ReadsTheQuery) {
  auto query = text::Query::Parse(Presigned("", ""));
  auto parsed = ParseAuthorization({}, *query);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
  EXPECT_TRUE(parsed->presigned);
  EXPECT_EQ(parsed->expires->count(), 604800);
  EXPECT_EQ(parsed->payload_hash, "UNSIGNED-PAYLOAD");
}

TEST(Authorization, TellsWhatIsWrongWithTheQuery) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"},
      {"X-Amz-Credential", "-"},
      {"X-Amz-Credential", "AK"},
      {"X-Amz-Date", "-"},
      {"X-Amz-Date", "20261123"},
      {"X-Amz-Date", "20261124T080910Z"},
      {"X-Amz-Expires", "-"},
      {"X-Amz-Expires", "soon"},
      {"X-Amz-Expires", ""},
      {"X-Amz-Expires", "-1"},
      {"X-Amz-Expires", "604801"},
      {"X-Amz-Expires", "99999999999999999999999"},
      {"X-Amz-SignedHeaders", "-"},
      {"X-Amz-SignedHeaders", "date"},
      {"X-Amz-Signature", "-"},
      {"X-Amz-Signature", ""},
  };
  for (const auto& [name, value] : cases) {
    EXPECT_EQ(CodeOf({}, Presigned(name, value)), code::kAuthorizationQueryParametersError)
        << name << "=" << value;
  }
}

TEST(Authorization, AnUnsignedHashOfAPresignedBodyIsCheckedButNotProven) {
  net::RequestHead head;
  head.headers.Add("x-amz-content-sha256", std::string(64, 'A'));
  auto query = text::Query::Parse(Presigned("", ""));
  auto parsed = ParseAuthorization(head, *query);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->payload_hash, "UNSIGNED-PAYLOAD");
  EXPECT_EQ(parsed->payload_kind, PayloadKind::kLiteral);
  EXPECT_EQ(parsed->payload_sha256, std::string(64, 'a'));
}

}  // namespace
}  // namespace penstock::s3
