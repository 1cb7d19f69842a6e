// SPDX-License-Identifier: Apache-2.0
// Objects through the whole handler: put, get, head, copy and delete.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "crypto/digest.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

class ObjectsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  TestResponse GetWith(std::string name, std::string value, std::string method = "GET") {
    return service_.Send({std::move(method), "/bucket/key", "", {{name, value}}});
  }
  TestResponse PutWith(std::string name, std::string value, std::string body = "hello") {
    return service_.Send({"PUT", "/bucket/key", std::move(body), {{name, value}}});
  }

  TestService service_;
};

TEST_F(ObjectsTest, ComeBackAsTheyWerePut) {
  TestResponse put = service_.Send({"PUT",
                                    "/bucket/dir/a%20b%2B%C3%A9",
                                    "hello",
                                    {{"Content-Type", "text/plain"},
                                     {"Cache-Control", "no-cache"},
                                     {"Content-Encoding", "deflate, aws-chunked,gzip"},
                                     {"X-Amz-Meta-Name", "value"}}});
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.Header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  TestResponse get = service_.Get("/bucket/dir/a%20b+%C3%A9");
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.body, "hello");
  EXPECT_EQ(get.content_length, 5U);
  EXPECT_EQ(get.Header("etag"), put.Header("etag"));
  EXPECT_EQ(get.Header("content-type"), "text/plain");
  EXPECT_EQ(get.Header("cache-control"), "no-cache");
  EXPECT_EQ(get.Header("content-encoding"), "deflate, gzip");
  EXPECT_EQ(get.Header("x-amz-meta-name"), "value");
  EXPECT_EQ(get.Header("accept-ranges"), "bytes");
  TestResponse head = service_.Send({"HEAD", "/bucket/dir/a%20b%2b%c3%a9"});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_EQ(head.body, "");
}

TEST_F(ObjectsTest, EmptyOnesToo) {
  EXPECT_EQ(service_.Put("/bucket/empty", "").status, 200);
  TestResponse get = service_.Get("/bucket/empty");
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.content_length, 0U);
  EXPECT_EQ(get.Header("content-type"), "binary/octet-stream");
}

TEST_F(ObjectsTest, VersionsAreNullOrAbsent) {
  ASSERT_EQ(service_.Put("/bucket/key", "x").status, 200);
  EXPECT_EQ(service_.Get("/bucket/key?versionId=null").status, 200);
  EXPECT_EQ(service_.Get("/bucket/key?versionId=abc").ErrorCode(), "NoSuchVersion");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?versionId=abc"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket/key").status, 200);
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?versionId=null"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket/key").ErrorCode(), "NoSuchKey");
}

TEST_F(ObjectsTest, Ranges) {
  ASSERT_EQ(service_.Put("/bucket/key", "0123456789").status, 200);
  struct Case {
    std::string range;
    int status;
    std::string body;
    std::string content_range;
  };
  const Case cases[] = {
      {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
      {"bytes=8-", 206, "89", "bytes 8-9/10"},
      {"bytes=-3", 206, "789", "bytes 7-9/10"},
      {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
      {"bytes=5-999", 206, "56789", "bytes 5-9/10"},
      {"Bytes=1-1", 206, "1", "bytes 1-1/10"},
      {"bytes=9-99999999999999999999999", 206, "9", "bytes 9-9/10"},
      {"bytes=3-1", 200, "0123456789", ""},
      {"bytes=a-b", 200, "0123456789", ""},
      {"bytes=0-1,3-4", 200, "0123456789", ""},
      {"lines=0-1", 200, "0123456789", ""},
      {"bytes=", 200, "0123456789", ""},
      {"bytes=-", 200, "0123456789", ""},
  };
  for (const Case& c : cases) {
    TestResponse response = GetWith("Range", c.range);
    EXPECT_EQ(response.status, c.status) << c.range;
    EXPECT_EQ(response.body, c.body) << c.range;
    EXPECT_EQ(response.Header("content-range"), c.content_range) << c.range;
  }
  for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    TestResponse response = GetWith("Range", range);
    EXPECT_EQ(response.status, 416) << range;
    EXPECT_EQ(response.ErrorCode(), "InvalidRange") << range;
    EXPECT_EQ(response.Header("content-range"), "bytes */10") << range;
  }
  TestResponse head = GetWith("Range", "bytes=2-4", "HEAD");
  EXPECT_EQ(head.status, 206);
  EXPECT_EQ(head.content_length, 3U);
}

TEST_F(ObjectsTest, ConditionsOfReads) {
  TestResponse put = service_.Put("/bucket/key", "hello");
  std::string etag = put.Header("etag");
  std::string date = service_.Send({"HEAD", "/bucket/key"}).Header("last-modified");
  const std::string past = "Mon, 23 Nov 2020 08:09:10 GMT";
  EXPECT_EQ(GetWith("If-Match", etag).status, 200);
  EXPECT_EQ(GetWith("If-Match", "*").status, 200);
  EXPECT_EQ(GetWith("If-Match", "\"a\", " + etag).status, 200);
  EXPECT_EQ(GetWith("If-Match", "\"other\"").status, 412);
  EXPECT_EQ(GetWith("If-None-Match", etag).status, 304);
  EXPECT_EQ(GetWith("If-None-Match", etag).body, "");
  EXPECT_EQ(GetWith("If-None-Match", "\"other\"").status, 200);
  EXPECT_EQ(GetWith("If-Modified-Since", date).status, 304);
  EXPECT_EQ(GetWith("If-Modified-Since", past).status, 200);
  EXPECT_EQ(GetWith("If-Modified-Since", "rubbish").status, 200);
  EXPECT_EQ(GetWith("If-Unmodified-Since", date).status, 200);
  EXPECT_EQ(GetWith("If-Unmodified-Since", past).status, 412);
  // A matching tag outdoes a date.
  auto both = [&](std::string a, std::string av, std::string b, std::string bv) {
    return service_.Send({"GET", "/bucket/key", "", {{a, av}, {b, bv}}}).status;
  };
  EXPECT_EQ(both("If-Match", etag, "If-Unmodified-Since", past), 200);
  EXPECT_EQ(both("If-None-Match", "\"other\"", "If-Modified-Since", date), 200);
  EXPECT_EQ(both("If-None-Match", etag, "If-Modified-Since", past), 304);
  EXPECT_EQ(both("If-Range", "\"other\"", "Range", "bytes=0-0"), 200);
  EXPECT_EQ(both("If-Range", etag, "Range", "bytes=0-0"), 206);
}

TEST_F(ObjectsTest, ConditionsOfWrites) {
  EXPECT_EQ(PutWith("If-None-Match", "*").status, 200);
  EXPECT_EQ(PutWith("If-None-Match", "*").ErrorCode(), "PreconditionFailed");
  EXPECT_EQ(PutWith("If-Match", "\"5d41402abc4b2a76b9719d911017c592\"").status, 200);
  EXPECT_EQ(PutWith("If-Match", "\"other\"").ErrorCode(), "PreconditionFailed");
  EXPECT_EQ(service_.Send({"PUT", "/bucket/none", "x", {{"If-Match", "\"other\""}}}).ErrorCode(),
            "NoSuchKey");
}

TEST_F(ObjectsTest, BodiesMustBeWhatWasPromised) {
  EXPECT_EQ(PutWith("Content-MD5", base::Base64Encode(crypto::Md5("hello"))).status, 200);
  EXPECT_EQ(PutWith("Content-MD5", base::Base64Encode(crypto::Md5("other")), "changed").ErrorCode(),
            "BadDigest");
  EXPECT_EQ(PutWith("Content-MD5", "rubbish").ErrorCode(), "InvalidDigest");
  EXPECT_EQ(PutWith("Content-MD5", "").ErrorCode(), "InvalidDigest");
  TestRequest hashed{"PUT", "/bucket/key", "changed"};
  hashed.content_sha256 = base::HexEncode(crypto::Sha256("hello"));
  EXPECT_EQ(service_.Send(hashed).ErrorCode(), "XAmzContentSHA256Mismatch");
  EXPECT_EQ(service_.Get("/bucket/key").body, "hello");  // none of those got through
  hashed.body = "hello";
  EXPECT_EQ(service_.Send(hashed).status, 200);
}

TEST_F(ObjectsTest, Checksums) {
  auto sum = crypto::MakeChecksum(crypto::ChecksumKind::kCrc64Nvme);
  sum->Update("hello");
  std::string value = base::Base64Encode(sum->Finish());
  TestResponse put = PutWith("x-amz-checksum-crc64nvme", value);
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.Header("x-amz-checksum-crc64nvme"), value);
  EXPECT_EQ(GetWith("x-amz-checksum-mode", "ENABLED").Header("x-amz-checksum-crc64nvme"), value);
  EXPECT_EQ(GetWith("x-amz-checksum-mode", "ENABLED").Header("x-amz-checksum-type"), "FULL_OBJECT");
  EXPECT_EQ(service_.Get("/bucket/key").Header("x-amz-checksum-crc64nvme"), "");
  EXPECT_EQ(PutWith("x-amz-checksum-crc64nvme", value, "other").ErrorCode(), "BadDigest");
  EXPECT_EQ(PutWith("x-amz-checksum-crc32", "AAA=").ErrorCode(), "BadDigest");
  EXPECT_EQ(PutWith("x-amz-checksum-crc128", "AAAAAA==").ErrorCode(), "InvalidRequest");
  TestRequest two{"PUT",
                  "/bucket/key",
                  "hello",
                  {{"x-amz-checksum-crc32", "AAAAAA=="}, {"x-amz-checksum-crc32c", "AAAAAA=="}}};
  EXPECT_EQ(service_.Send(two).ErrorCode(), "InvalidRequest");
}

TEST_F(ObjectsTest, TrailingChecksums) {
  TestRequest request{"PUT",
                      "/bucket/key",
                      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
                      {{"x-amz-trailer", "x-amz-checksum-crc32"},
                       {"x-amz-decoded-content-length", "5"},
                       {"Content-Encoding", "aws-chunked"}}};
  request.content_sha256 = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  EXPECT_EQ(service_.Send(request).Header("x-amz-checksum-crc32"), "NhCmhg==");
  EXPECT_EQ(service_.Get("/bucket/key").body, "hello");
  EXPECT_EQ(service_.Get("/bucket/key").Header("content-encoding"), "");
  request.body = "5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  EXPECT_EQ(service_.Send(request).ErrorCode(), "BadDigest");
  request.body = "5\r\nhello\r\n0\r\n\r\n";
  EXPECT_EQ(service_.Send(request).ErrorCode(), "MalformedTrailerError");
  request.body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-other:1\r\n\r\n";
  EXPECT_EQ(service_.Send(request).ErrorCode(), "MalformedTrailerError");
  request.headers.erase(request.headers.begin() + 1);
  EXPECT_EQ(service_.Send(request).ErrorCode(), "MissingContentLength");
}

TEST_F(ObjectsTest, Limits) {
  EXPECT_EQ(service_.Put("/bucket/" + std::string(1024, 'k'), "x").status, 200);
  EXPECT_EQ(service_.Put("/bucket/" + std::string(1025, 'k'), "x").ErrorCode(), "KeyTooLongError");
  EXPECT_EQ(PutWith("x-amz-meta-a", std::string(2047, 'm')).status, 200);
  EXPECT_EQ(PutWith("x-amz-meta-a", std::string(2048, 'm')).ErrorCode(), "MetadataTooLarge");
  TestRequest no_length{"PUT", "/bucket/key", "x"};
  no_length.with_length = false;
  EXPECT_EQ(service_.Send(no_length).status, 411);
  TestRequest huge{"PUT", "/bucket/key", "x", {{"x-amz-decoded-content-length", "5368709121"}}};
  huge.content_sha256 = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  EXPECT_EQ(service_.Send(huge).ErrorCode(), "EntityTooLarge");
  EXPECT_EQ(service_.Put("/nobucket/key", "x").ErrorCode(), "NoSuchBucket");
  EXPECT_EQ(service_.Put("/bucket/a%00b", "x").ErrorCode(), "InvalidURI");
  EXPECT_EQ(service_.Get("/bucket/%AE%8A-").ErrorCode(), "InvalidURI");
}

TEST_F(ObjectsTest, Copies) {
  ASSERT_EQ(service_
                .Send({"PUT",
                       "/bucket/a%20b+c",
                       "hello",
                       {{"x-amz-meta-m", "1"}, {"Content-Type", "text/plain"}}})
                .status,
            200);
  auto copy = [&](std::string target, std::string source,
                  std::vector<std::pair<std::string, std::string>> more = {}) {
    more.emplace_back("x-amz-copy-source", std::move(source));
    return service_.Send({"PUT", std::move(target), "", std::move(more)});
  };
  TestResponse done = copy("/bucket/copy", "/bucket/a%20b+c");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.Xml().ChildText("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  TestResponse get = service_.Get("/bucket/copy");
  EXPECT_EQ(get.body, "hello");
  EXPECT_EQ(get.Header("x-amz-meta-m"), "1");
  EXPECT_EQ(get.Header("content-type"), "text/plain");
  EXPECT_EQ(copy("/bucket/copy", "bucket%2Fa%20b%2Bc?versionId=null").status, 200);
  EXPECT_EQ(copy("/bucket/copy", "bucket/a%20b+c?versionId=x").ErrorCode(), "NoSuchVersion");
  EXPECT_EQ(copy("/bucket/copy", "bucket").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(copy("/bucket/copy", "nobucket/x").ErrorCode(), "NoSuchBucket");
  EXPECT_EQ(copy("/bucket/copy", "bucket/none").ErrorCode(), "NoSuchKey");
  EXPECT_EQ(copy("/bucket/copy", "bucket/copy").ErrorCode(), "InvalidRequest");
  EXPECT_EQ(copy("/bucket/copy", "bucket/copy",
                 {{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-n", "2"}})
                .status,
            200);
  get = service_.Get("/bucket/copy");
  EXPECT_EQ(get.Header("x-amz-meta-m"), "");
  EXPECT_EQ(get.Header("x-amz-meta-n"), "2");
  EXPECT_EQ(copy("/bucket/x", "bucket/copy", {{"x-amz-metadata-directive", "MOVE"}}).ErrorCode(),
            "InvalidArgument");
  EXPECT_EQ(copy("/bucket/x", "bucket/copy", {{"x-amz-copy-source-if-match", "\"o\""}}).ErrorCode(),
            "PreconditionFailed");
  EXPECT_EQ(
      copy("/bucket/x", "bucket/copy", {{"x-amz-copy-source-if-none-match", "*"}}).ErrorCode(),
      "PreconditionFailed");
  TestResponse summed = copy("/bucket/x", "bucket/copy", {{"x-amz-checksum-algorithm", "CRC32"}});
  EXPECT_EQ(summed.Xml().ChildText("ChecksumCRC32"), "NhCmhg==");
}

// Finds the object's bytes on the drive and spoils one of them.
void Spoil(const std::string& directory, size_t size, std::streamoff at) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.file_size() != size) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('!');
    return;
  }
  FAIL() << "no file of that size";
}

TEST_F(ObjectsTest, DamagedBytesAreNeverSent) {
  constexpr size_t kSize = 1'234'567;
  ASSERT_EQ(service_.Put("/bucket/key", std::string(kSize, 'x')).status, 200);
  ASSERT_NO_FATAL_FAILURE(Spoil(service_.directory(), kSize, 1'200'000));
  TestResponse late = service_.Get("/bucket/key");
  EXPECT_TRUE(late.aborted);
  EXPECT_LT(late.body.size(), kSize);
  EXPECT_EQ(late.body.find('!'), std::string::npos);
  ASSERT_NO_FATAL_FAILURE(Spoil(service_.directory(), kSize, 10));
  TestResponse early = service_.Get("/bucket/key");
  EXPECT_EQ(early.status, 500);
  EXPECT_EQ(early.ErrorCode(), "InternalError");
  EXPECT_EQ(early.body.find(service_.directory()), std::string::npos);
}

TEST_F(ObjectsTest, BatchDeletes) {
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_EQ(service_.Put(std::string("/bucket/") + key, "x").status, 200);
  }
  TestResponse response = service_.Send(
      {"POST", "/bucket?delete",
       "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object>"
       "<Object><Key>absent</Key></Object><Object><Key>b</Key><VersionId>null</VersionId></Object>"
       "<Object><Key>c</Key><VersionId>other</VersionId></Object><Object><Key>" +
           std::string(1025, 'k') + "</Key></Object></Delete>"});
  ASSERT_EQ(response.status, 200);
  text::XmlElement result = response.Xml();
  EXPECT_EQ(result.children.size(), 5U);
  EXPECT_EQ(result.Child("Error")->ChildText("Code"), "KeyTooLongError");
  EXPECT_EQ(service_.Get("/bucket/a").status, 404);
  EXPECT_EQ(service_.Get("/bucket/b").status, 404);
  EXPECT_EQ(service_.Get("/bucket/c").status, 200);
  TestResponse quiet =
      service_.Send({"POST", "/bucket?delete",
                     "<Delete><Quiet>true</Quiet><Object><Key>c</Key></Object></Delete>"});
  EXPECT_TRUE(quiet.Xml().children.empty());
  for (const char* body : {"", "<Delete/>", "<Delete><Object/></Delete>", "<X/>", "<Delete>"}) {
    EXPECT_EQ(service_.Send({"POST", "/bucket?delete", body}).ErrorCode(), "MalformedXML") << body;
  }
  std::string many = "<Delete>";
  for (int i = 0; i < 1001; ++i) many += "<Object><Key>k</Key></Object>";
  EXPECT_EQ(service_.Send({"POST", "/bucket?delete", many + "</Delete>"}).ErrorCode(),
            "MalformedXML");
}

}  // namespace
}  // namespace penstock::s3
