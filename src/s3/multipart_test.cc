// SPDX-License-Identifier: Apache-2.0
// Uploads in parts through the whole handler.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "s3/crc_combine.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string Sum(crypto::ChecksumKind kind, std::string_view bytes) {
  auto sum = crypto::MakeChecksum(kind);
  sum->Update(bytes);
  return sum->Finish();
}

class MultipartTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  std::string Create(Headers headers = {}) {
    TestResponse response = service_.Send({"POST", "/bucket/key?uploads", "", std::move(headers)});
    EXPECT_EQ(response.status, 200) << response.body;
    return response.Xml().ChildText("UploadId");
  }
  TestResponse PutPart(const std::string& id, const std::string& number, std::string body,
                       Headers headers = {}) {
    return service_.Send({"PUT", "/bucket/key?partNumber=" + number + "&uploadId=" + id,
                          std::move(body), std::move(headers)});
  }
  TestResponse Complete(const std::string& id, const std::string& parts, Headers headers = {}) {
    return service_.Send({"POST", "/bucket/key?uploadId=" + id,
                          "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>",
                          std::move(headers)});
  }
  static std::string Part(int number, const std::string& etag, const std::string& more = "") {
    return "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + etag +
           "</ETag>" + more + "</Part>";
  }

  const std::string large_ = std::string(5 << 20, 'a');
  TestService service_;
};

TEST_F(MultipartTest, MakesOneObjectOfParts) {
  std::string id = Create({{"x-amz-meta-m", "1"}, {"Content-Type", "text/plain"}});
  std::string first = PutPart(id, "1", large_).Header("etag");
  std::string second = PutPart(id, "7", "tail").Header("etag");
  TestResponse parts = service_.Get("/bucket/key?uploadId=" + id + "&max-parts=1");
  EXPECT_EQ(parts.Xml().Child("Part")->ChildText("PartNumber"), "1");
  EXPECT_EQ(parts.Xml().ChildText("IsTruncated"), "true");
  EXPECT_EQ(parts.Xml().ChildText("NextPartNumberMarker"), "1");
  EXPECT_EQ(service_.Get("/bucket/key").ErrorCode(), "NoSuchKey");
  TestResponse done = Complete(id, Part(1, first) + Part(7, second));
  ASSERT_EQ(done.status, 200) << done.body;
  std::string etag = done.Xml().ChildText("ETag");
  EXPECT_TRUE(etag.ends_with("-2\"")) << etag;
  EXPECT_EQ(done.Xml().ChildText("Location"), "http://127.0.0.1:9000/bucket/key");
  TestResponse get = service_.Get("/bucket/key");
  EXPECT_EQ(get.body, large_ + "tail");
  EXPECT_EQ(get.Header("etag"), etag);
  EXPECT_EQ(get.Header("x-amz-meta-m"), "1");
  EXPECT_EQ(get.Header("content-type"), "text/plain");
  TestResponse part = service_.Get("/bucket/key?partNumber=2");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "tail");
  EXPECT_EQ(part.Header("x-amz-mp-parts-count"), "2");
  EXPECT_EQ(service_.Get("/bucket/key?partNumber=3").ErrorCode(), "InvalidPart");
  EXPECT_EQ(Complete(id, Part(1, first) + Part(7, second)).status, 200);  // again
}

TEST_F(MultipartTest, RefusesWrongCompletions) {
  std::string id = Create();
  std::string small = PutPart(id, "1", "small").Header("etag");
  std::string other = PutPart(id, "2", "x").Header("etag");
  EXPECT_EQ(Complete(id, Part(2, other) + Part(1, small)).ErrorCode(), "InvalidPartOrder");
  EXPECT_EQ(Complete(id, Part(1, small) + Part(2, other)).ErrorCode(), "EntityTooSmall");
  EXPECT_EQ(Complete(id, Part(1, other)).ErrorCode(), "InvalidPart");
  EXPECT_EQ(Complete(id, Part(3, other)).ErrorCode(), "InvalidPart");
  EXPECT_EQ(Complete(id, "").ErrorCode(), "MalformedXML");
  EXPECT_EQ(Complete(id, "<Part><PartNumber>x</PartNumber><ETag>a</ETag></Part>").ErrorCode(),
            "MalformedXML");
  EXPECT_EQ(Complete("nope", Part(1, small)).ErrorCode(), "NoSuchUpload");
  EXPECT_EQ(Complete(id, Part(1, small), {{"If-Match", "\"x\""}}).ErrorCode(), "NoSuchKey");
  EXPECT_EQ(Complete(id, Part(1, small), {{"If-None-Match", "*"}}).status, 200);
}

TEST_F(MultipartTest, RefusesWrongParts) {
  std::string id = Create();
  for (const char* number : {"0", "10001", "-1", "x", "", "99999999999"}) {
    EXPECT_EQ(PutPart(id, number, "x").ErrorCode(), "InvalidArgument") << number;
  }
  EXPECT_EQ(PutPart("nope", "1", "x").ErrorCode(), "NoSuchUpload");
  EXPECT_EQ(service_.Put("/bucket/key?partNumber=1", "x").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?uploadId=" + id}).status, 204);
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?uploadId=" + id}).ErrorCode(), "NoSuchUpload");
  EXPECT_EQ(service_.Get("/bucket/key?uploadId=" + id).ErrorCode(), "NoSuchUpload");
}

TEST_F(MultipartTest, CopiesParts) {
  ASSERT_EQ(service_.Put("/bucket/source", "0123456789").status, 200);
  std::string id = Create();
  auto copy = [&](std::string range) {
    return PutPart(id, "1", "",
                   {{"x-amz-copy-source", "bucket/source"}, {"x-amz-copy-source-range", range}});
  };
  TestResponse part = copy("bytes=2-5");
  ASSERT_EQ(part.status, 200) << part.body;
  EXPECT_EQ(Complete(id, Part(1, part.Xml().ChildText("ETag"))).status, 200);
  EXPECT_EQ(service_.Get("/bucket/key").body, "2345");
  id = Create();
  EXPECT_EQ(copy("bytes=2-10").ErrorCode(), "InvalidRange");
  for (const char* range : {"bytes=5-2", "bytes=-3", "bytes=3-", "3-4", ""}) {
    EXPECT_EQ(copy(range).ErrorCode(), "InvalidArgument") << range;
  }
}

TEST_F(MultipartTest, CompositeChecksums) {
  using crypto::ChecksumKind;
  TestResponse created =
      service_.Send({"POST", "/bucket/key?uploads", "", {{"x-amz-checksum-algorithm", "CRC32"}}});
  EXPECT_EQ(created.Header("x-amz-checksum-type"), "COMPOSITE");
  std::string id = created.Xml().ChildText("UploadId");
  std::string raw1 = Sum(ChecksumKind::kCrc32, large_);
  std::string raw2 = Sum(ChecksumKind::kCrc32, "tail");
  std::string sum1 = base::Base64Encode(raw1);
  std::string sum2 = base::Base64Encode(raw2);
  TestResponse part1 = PutPart(id, "1", large_, {{"x-amz-checksum-crc32", sum1}});
  EXPECT_EQ(part1.Header("x-amz-checksum-crc32"), sum1);
  TestResponse part2 = PutPart(id, "2", "tail", {{"x-amz-checksum-crc32", sum2}});
  EXPECT_EQ(PutPart(id, "3", "tail", {{"x-amz-checksum-crc32", sum1}}).ErrorCode(), "BadDigest");
  auto with = [](const std::string& sum) { return "<ChecksumCRC32>" + sum + "</ChecksumCRC32>"; };
  EXPECT_EQ(Complete(id, Part(1, part1.Header("etag"), with(sum2)) +
                             Part(2, part2.Header("etag"), with(sum2)))
                .ErrorCode(),
            "InvalidPart");
  TestResponse done = Complete(
      id, Part(1, part1.Header("etag"), with(sum1)) + Part(2, part2.Header("etag"), with(sum2)));
  std::string composite = base::Base64Encode(Sum(ChecksumKind::kCrc32, raw1 + raw2)) + "-2";
  EXPECT_EQ(done.Xml().ChildText("ChecksumCRC32"), composite);
  TestResponse head =
      service_.Send({"HEAD", "/bucket/key", "", {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_EQ(head.Header("x-amz-checksum-crc32"), composite);
  EXPECT_EQ(head.Header("x-amz-checksum-algorithm"), "");
}

TEST_F(MultipartTest, FullObjectChecksums) {
  using crypto::ChecksumKind;
  std::string id = Create({{"x-amz-checksum-algorithm", "CRC64NVME"}});
  auto sum = [](std::string_view bytes) {
    return base::Base64Encode(Sum(ChecksumKind::kCrc64Nvme, bytes));
  };
  Headers header1{{"x-amz-checksum-crc64nvme", sum(large_)}};
  Headers header2{{"x-amz-checksum-crc64nvme", sum("tail")}};
  std::string parts = Part(1, PutPart(id, "1", large_, header1).Header("etag")) +
                      Part(2, PutPart(id, "2", "tail", header2).Header("etag"));
  EXPECT_EQ(Complete(id, parts, {{"x-amz-checksum-crc64nvme", sum("other")}}).ErrorCode(),
            "BadDigest");
  std::string whole = sum(large_ + "tail");
  TestResponse done = Complete(id, parts, {{"x-amz-checksum-crc64nvme", whole}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.Xml().ChildText("ChecksumCRC64NVME"), whole);
  EXPECT_EQ(done.Xml().ChildText("ChecksumType"), "FULL_OBJECT");
  TestResponse head =
      service_.Send({"HEAD", "/bucket/key", "", {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_EQ(head.Header("x-amz-checksum-crc64nvme"), whole);
  EXPECT_EQ(head.Header("x-amz-checksum-type"), "FULL_OBJECT");
}

TEST_F(MultipartTest, ChecksumTypesMustFitTheAlgorithm) {
  auto create = [&](std::string algorithm, std::string type) {
    return service_
        .Send({"POST",
               "/bucket/key?uploads",
               "",
               {{"x-amz-checksum-algorithm", algorithm}, {"x-amz-checksum-type", type}}})
        .ErrorCode();
  };
  EXPECT_EQ(create("CRC32", "FULL_OBJECT"), "");
  EXPECT_EQ(create("SHA256", "COMPOSITE"), "");
  EXPECT_EQ(create("SHA256", "FULL_OBJECT"), "InvalidRequest");
  EXPECT_EQ(create("CRC64NVME", "COMPOSITE"), "InvalidRequest");
  EXPECT_EQ(create("CRC32", "HALF"), "InvalidRequest");
  EXPECT_EQ(create("MD4", "COMPOSITE"), "InvalidRequest");
}

TEST(CrcCombine, AgreesWithTheChecksumOfTheWhole) {
  using crypto::ChecksumKind;
  for (ChecksumKind kind :
       {ChecksumKind::kCrc32, ChecksumKind::kCrc32c, ChecksumKind::kCrc64Nvme}) {
    for (size_t first : {0, 1, 5, 4096}) {
      for (size_t second : {0, 1, 7, 100000}) {
        std::string a(first, 'a');
        std::string b(second, 'b');
        EXPECT_EQ(CombineCrcs(kind, Sum(kind, a), Sum(kind, b), second), Sum(kind, a + b))
            << crypto::ChecksumName(kind) << " " << first << "+" << second;
      }
    }
  }
}

}  // namespace
}  // namespace penstock::s3
