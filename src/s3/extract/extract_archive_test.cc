// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/extract/test_tar.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

std::string Gzip(const std::string& bytes) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class ExtractArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  TestResponse Extract(std::string body,
                       std::vector<std::pair<std::string, std::string>> headers = {},
                       const iam::Principal* who = nullptr) {
    headers.emplace_back("x-amz-meta-snowball-auto-extract", "true");
    TestRequest request{"PUT", "/bucket/archive.tar", std::move(body), std::move(headers)};
    request.principal = who;
    return service_.Send(request);
  }
  std::string Body(const std::string& key) {
    TestResponse response = service_.Get("/bucket/" + key);
    return response.status == 200 ? response.body : response.ErrorCode();
  }

  TestService service_;
  const std::string two_ =
      TarFile("d/a", "one") + TarFile("./b", std::string(100'000, 'b')) + TarEnd();
};

TEST_F(ExtractArchiveTest, StoresEachFileAndNotTheArchive) {
  TestResponse response = Extract(two_, {{"x-amz-meta-colour", "red"}, {"x-amz-tagging", "k=v"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("etag"), "\"" + base::HexEncode(crypto::Md5(two_)) + "\"");
  EXPECT_EQ(Body("d/a"), "one");
  EXPECT_EQ(Body("b"), std::string(100'000, 'b'));
  EXPECT_EQ(Body("archive.tar"), "NoSuchKey");
  TestResponse head = service_.Send({"HEAD", "/bucket/d/a"});
  EXPECT_EQ(head.Header("x-amz-meta-colour"), "red");
  EXPECT_EQ(head.Header("x-amz-meta-snowball-auto-extract"), "");
  EXPECT_EQ(head.Header("x-amz-tagging-count"), "1");
}

TEST_F(ExtractArchiveTest, UnpacksGzipOfSeveralMembers) {
  std::string half = Gzip(two_.substr(0, 700)) + Gzip(two_.substr(700));
  EXPECT_EQ(Extract(half).status, 200);
  EXPECT_EQ(Body("b"), std::string(100'000, 'b'));
  std::string cut = Gzip(two_);
  cut.resize(cut.size() / 2);
  EXPECT_EQ(Extract(cut).ErrorCode(), "InvalidArgument");
}

TEST_F(ExtractArchiveTest, PutsAPrefixBeforeNames) {
  EXPECT_EQ(Extract(two_, {{"x-amz-meta-minio-snowball-prefix", "/in/put"}}).ErrorCode(), "");
  EXPECT_EQ(Body("in/put/d/a"), "one");
}

TEST_F(ExtractArchiveTest, KeepsOrLeavesOutFolders) {
  std::string tar = TarFile("folder", "", '5') + TarFile("folder/f", "1") + TarEnd();
  EXPECT_EQ(Extract(tar, {{"x-amz-meta-minio-snowball-ignore-dirs", "true"}}).status, 200);
  EXPECT_EQ(Body("folder/"), "NoSuchKey");
  EXPECT_EQ(Extract(tar).status, 200);
  EXPECT_EQ(Body("folder/"), "");
}

TEST_F(ExtractArchiveTest, TakesMetadataOfEachFileFromItsRecords) {
  std::string record = "42 minio.metadata.x-amz-meta-Shade=crimson\n";
  ASSERT_EQ(record.size(), 43U);
  record.replace(0, 2, "43");
  EXPECT_EQ(
      Extract(TarFile("p", record, 'x') + TarFile("f", "1") + TarFile("g", "2") + TarEnd()).status,
      200);
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/f"}).Header("x-amz-meta-shade"), "crimson");
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/g"}).Header("x-amz-meta-shade"), "");
}

TEST_F(ExtractArchiveTest, AsksForEachKeyWhetherItMayBePut) {
  const iam::Principal& user = service_.AddUser("user", R"({"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:PutObject",
       "Resource": ["arn:aws:s3:::bucket/archive.tar", "arn:aws:s3:::bucket/b"]}]})");
  EXPECT_EQ(Extract(two_, {}, &user).ErrorCode(), "AccessDenied");
  EXPECT_EQ(Body("d/a"), "NoSuchKey");
  EXPECT_EQ(Extract(two_, {{"x-amz-meta-minio-snowball-ignore-errors", "true"}}, &user).status,
            200);
  EXPECT_EQ(Body("d/a"), "NoSuchKey");
  EXPECT_EQ(Body("b").size(), 100'000U);
}

TEST_F(ExtractArchiveTest, RefusesWhatIsNoArchive) {
  TestResponse response = Extract("these are no files" + std::string(600, 'x'));
  EXPECT_EQ(response.ErrorCode(), "InvalidArgument");
}

}  // namespace
}  // namespace penstock::s3
