// SPDX-License-Identifier: Apache-2.0
// What objects have besides bytes and metadata, through the whole handler: tags, storage classes,
// attributes; and what copies take along.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class ObjectDetailsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(service_.Put("/bucket").status, 200); }

  static std::string Tagging(const std::string& tags) {
    return "<Tagging><TagSet>" + tags + "</TagSet></Tagging>";
  }
  static std::string Tag(const std::string& key, const std::string& value) {
    return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
  }
  std::string TagsOf(const std::string& path) {
    std::string text;
    text::XmlElement tagging = service_.Get(path + "?tagging").Xml();
    const text::XmlElement* set = tagging.Child("TagSet");
    if (set == nullptr) return "none";
    for (const text::XmlElement& tag : set->children) {
      text += tag.ChildText("Key") + "=" + tag.ChildText("Value") + ";";
    }
    return text;
  }
  TestResponse Copy(Headers headers, const std::string& to = "/bucket/copy",
                    const std::string& from = "bucket/key") {
    headers.emplace_back("x-amz-copy-source", from);
    return service_.Send({"PUT", to, "", std::move(headers)});
  }

  TestService service_;
};

TEST_F(ObjectDetailsTest, Tags) {
  ASSERT_EQ(service_.Put("/bucket/key", "x").status, 200);
  EXPECT_EQ(TagsOf("/bucket/key"), "");
  EXPECT_FALSE(service_.Send({"HEAD", "/bucket/key"}).headers.Has("x-amz-tagging-count"));
  EXPECT_EQ(service_.Put("/bucket/key?tagging", Tagging(Tag("b", "2") + Tag("a", ""))).status, 200);
  EXPECT_EQ(TagsOf("/bucket/key"), "a=;b=2;");
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/key"}).Header("x-amz-tagging-count"), "2");
  EXPECT_EQ(service_.Put("/bucket/key?tagging", Tagging(Tag("", "2"))).ErrorCode(), "InvalidTag");
  EXPECT_EQ(service_.Put("/bucket/key?tagging", "<Tagging/>").ErrorCode(), "MalformedXML");
  EXPECT_EQ(TagsOf("/bucket/key"), "a=;b=2;");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket/key?tagging"}).status, 204);
  EXPECT_EQ(TagsOf("/bucket/key"), "");
  EXPECT_EQ(service_.Put("/bucket/none?tagging", Tagging("")).ErrorCode(), "NoSuchKey");
  EXPECT_EQ(service_.Get("/bucket/none?tagging").ErrorCode(), "NoSuchKey");
  // With the object itself.
  EXPECT_EQ(service_.Send({"PUT", "/bucket/key", "x", {{"x-amz-tagging", "k=v&l=w"}}}).status, 200);
  EXPECT_EQ(TagsOf("/bucket/key"), "k=v;l=w;");
  EXPECT_EQ(service_.Send({"PUT", "/bucket/key", "x", {{"x-amz-tagging", "k=v&k=w"}}}).ErrorCode(),
            "InvalidTag");
  EXPECT_EQ(service_.Put("/bucket/key", "x").status, 200);
  EXPECT_EQ(TagsOf("/bucket/key"), "");  // they were the former object's
}

TEST_F(ObjectDetailsTest, TagsOfBuckets) {
  EXPECT_EQ(service_.Get("/bucket?tagging").ErrorCode(), "NoSuchTagSet");
  EXPECT_EQ(service_.Put("/bucket?tagging", Tagging(Tag("b", "2") + Tag("a", "1"))).status, 204);
  EXPECT_EQ(TagsOf("/bucket"), "b=2;a=1;");
  EXPECT_EQ(service_.Put("/bucket?tagging", Tagging(Tag("", "1"))).ErrorCode(), "InvalidTag");
  EXPECT_EQ(service_.Send({"DELETE", "/bucket?tagging"}).status, 204);
  EXPECT_EQ(service_.Get("/bucket?tagging").ErrorCode(), "NoSuchTagSet");
  EXPECT_EQ(service_.Put("/nobucket?tagging", Tagging("")).ErrorCode(), "NoSuchBucket");
}

TEST_F(ObjectDetailsTest, CopiesTakeAlong) {
  ASSERT_EQ(service_
                .Send({"PUT",
                       "/bucket/key",
                       "x",
                       {{"Content-Type", "text/plain"},
                        {"x-amz-meta-a", "1"},
                        {"x-amz-tagging", "t=1"},
                        {"x-amz-storage-class", "STANDARD_IA"},
                        {"x-amz-website-redirect-location", "/elsewhere"}}})
                .status,
            200);
  EXPECT_EQ(Copy({}).status, 200);
  TestResponse head = service_.Send({"HEAD", "/bucket/copy"});
  EXPECT_EQ(head.Header("content-type"), "text/plain");
  EXPECT_EQ(head.Header("x-amz-meta-a"), "1");
  EXPECT_EQ(TagsOf("/bucket/copy"), "t=1;");
  EXPECT_FALSE(head.headers.Has("x-amz-storage-class"));
  EXPECT_FALSE(head.headers.Has("x-amz-website-redirect-location"));

  EXPECT_EQ(Copy({{"x-amz-metadata-directive", "REPLACE"},
                  {"x-amz-meta-b", "2"},
                  {"x-amz-tagging-directive", "REPLACE"},
                  {"x-amz-tagging", "u=2"},
                  {"x-amz-storage-class", "GLACIER_IR"}})
                .status,
            200);
  head = service_.Send({"HEAD", "/bucket/copy"});
  EXPECT_EQ(head.Header("content-type"), "binary/octet-stream");
  EXPECT_FALSE(head.headers.Has("x-amz-meta-a"));
  EXPECT_EQ(head.Header("x-amz-meta-b"), "2");
  EXPECT_EQ(head.Header("x-amz-storage-class"), "GLACIER_IR");
  EXPECT_EQ(TagsOf("/bucket/copy"), "u=2;");

  EXPECT_EQ(Copy({{"x-amz-metadata-directive", "MERGE"}}).ErrorCode(), "InvalidArgument");
  EXPECT_EQ(Copy({{"x-amz-tagging-directive", "MERGE"}}).ErrorCode(), "InvalidArgument");
  // The destination's conditions.
  EXPECT_EQ(Copy({{"If-None-Match", "*"}}).ErrorCode(), "PreconditionFailed");
  EXPECT_EQ(Copy({{"If-Match", "\"other\""}}).ErrorCode(), "PreconditionFailed");
  EXPECT_EQ(Copy({{"If-None-Match", "*"}}, "/bucket/new").status, 200);
}

TEST_F(ObjectDetailsTest, CopiesOntoThemselves) {
  ASSERT_EQ(service_.Put("/bucket/key", "x").status, 200);
  EXPECT_EQ(Copy({}, "/bucket/key").ErrorCode(), "InvalidRequest");
  EXPECT_EQ(Copy({{"x-amz-tagging-directive", "REPLACE"}}, "/bucket/key").ErrorCode(),
            "InvalidRequest");
  EXPECT_EQ(Copy({{"x-amz-metadata-directive", "REPLACE"}}, "/bucket/key").status, 200);
  EXPECT_EQ(Copy({{"x-amz-storage-class", "ONEZONE_IA"}}, "/bucket/key").status, 200);
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/key"}).Header("x-amz-storage-class"), "ONEZONE_IA");
  EXPECT_EQ(service_.Get("/bucket").Xml().Child("Contents")->ChildText("StorageClass"),
            "ONEZONE_IA");
}

TEST_F(ObjectDetailsTest, ChecksumsOfCopies) {
  ASSERT_EQ(service_.Put("/bucket/key", "hello").status, 200);
  auto sha256 = crypto::MakeChecksum(crypto::ChecksumKind::kSha256);
  sha256->Update("hello");
  std::string value = base::Base64Encode(sha256->Finish());
  TestResponse copy = Copy({{"x-amz-checksum-algorithm", "SHA256"}});
  EXPECT_EQ(copy.Xml().ChildText("ChecksumSHA256"), value);
  EXPECT_EQ(copy.Xml().ChildText("ChecksumType"), "FULL_OBJECT");
  // And of copies of that.
  copy = Copy({}, "/bucket/again", "bucket/copy");
  EXPECT_EQ(copy.Xml().ChildText("ChecksumSHA256"), value);
  EXPECT_EQ(Copy({{"x-amz-checksum-algorithm", "MD4"}}).ErrorCode(), "InvalidRequest");
}

TEST_F(ObjectDetailsTest, Attributes) {
  auto attributes = [&](const std::string& names, Headers more = {}) {
    more.emplace_back("x-amz-object-attributes", names);
    return service_.Send({"GET", "/bucket/key?attributes", "", std::move(more)});
  };
  TestResponse put =
      service_.Send({"PUT", "/bucket/key", "hello", {{"x-amz-checksum-crc32", "NhCmhg=="}}});
  ASSERT_EQ(put.status, 200) << put.body;
  TestResponse all = attributes("ETag,Checksum, ObjectParts,StorageClass,ObjectSize");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_NE(all.Header("last-modified"), "");
  text::XmlElement xml = all.Xml();
  EXPECT_EQ("\"" + xml.ChildText("ETag") + "\"", put.Header("etag"));
  EXPECT_EQ(xml.Child("Checksum")->ChildText("ChecksumCRC32"), "NhCmhg==");
  EXPECT_EQ(xml.Child("Checksum")->ChildText("ChecksumType"), "FULL_OBJECT");
  EXPECT_EQ(xml.Child("ObjectParts"), nullptr);
  EXPECT_EQ(xml.ChildText("StorageClass"), "STANDARD");
  EXPECT_EQ(xml.ChildText("ObjectSize"), "5");
  EXPECT_EQ(attributes("ObjectSize").Xml().children.size(), 1U);
  EXPECT_EQ(attributes("ETag", {{"x-amz-object-attributes", "ObjectSize"}}).Xml().children.size(),
            2U);
  EXPECT_EQ(attributes("ETag,Color").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(service_.Get("/bucket/key?attributes").ErrorCode(), "InvalidRequest");
}

TEST_F(ObjectDetailsTest, AttributesOfParts) {
  std::string id =
      service_.Send({"POST", "/bucket/key?uploads", "", {{"x-amz-checksum-algorithm", "CRC32C"}}})
          .Xml()
          .ChildText("UploadId");
  const std::string large(5 << 20, 'a');
  std::string list;
  std::vector<std::string> sums;
  for (int number = 1; number <= 3; ++number) {
    TestResponse part =
        service_.Put("/bucket/key?partNumber=" + std::to_string(number) + "&uploadId=" + id,
                     number < 3 ? large : "tail");
    // Computed where the client sends none, since the upload was announced with it.
    sums.push_back(part.Header("x-amz-checksum-crc32c"));
    EXPECT_NE(sums.back(), "");
    list += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
            part.Header("etag") + "</ETag></Part>";
  }
  EXPECT_EQ(service_
                .Send({"PUT",
                       "/bucket/key?partNumber=4&uploadId=" + id,
                       "x",
                       {{"x-amz-checksum-sha1", "Eb8bK1OZQYyiMmTbm5yrIPH0cOo="}}})
                .ErrorCode(),
            "InvalidRequest");
  TestRequest complete{"POST",
                       "/bucket/key?uploadId=" + id,
                       "<CompleteMultipartUpload>" + list + "</CompleteMultipartUpload>",
                       {{"x-amz-mp-object-size", "5"}}};
  EXPECT_EQ(service_.Send(complete).ErrorCode(), "InvalidRequest");
  complete.headers = {{"x-amz-mp-object-size", std::to_string(2 * large.size() + 4)}};
  TestResponse done = service_.Send(complete);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_TRUE(done.Xml().ChildText("ChecksumCRC32C").ends_with("-3"));
  EXPECT_EQ(done.Xml().ChildText("ChecksumType"), "COMPOSITE");

  auto parts = [&](const std::string& most, const std::string& marker) {
    return *service_
                .Send({"GET",
                       "/bucket/key?attributes",
                       "",
                       {{"x-amz-object-attributes", "ObjectParts"},
                        {"x-amz-max-parts", most},
                        {"x-amz-part-number-marker", marker}}})
                .Xml()
                .Child("ObjectParts");
  };
  text::XmlElement page = parts("2", "0");
  EXPECT_EQ(page.ChildText("PartsCount"), "3");
  EXPECT_EQ(page.ChildText("IsTruncated"), "true");
  EXPECT_EQ(page.ChildText("NextPartNumberMarker"), "2");
  EXPECT_EQ(page.Child("Part")->ChildText("Size"), std::to_string(large.size()));
  EXPECT_EQ(page.Child("Part")->ChildText("ChecksumCRC32C"), sums[0]);
  page = parts("2", "2");
  EXPECT_EQ(page.ChildText("IsTruncated"), "false");
  EXPECT_EQ(page.Child("Part")->ChildText("PartNumber"), "3");
  EXPECT_EQ(page.Child("Part")->ChildText("ChecksumCRC32C"), sums[2]);
  // A read of one part tells that part's checksum.
  TestResponse part =
      service_.Send({"GET", "/bucket/key?partNumber=3", "", {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_EQ(part.body, "tail");
  EXPECT_EQ(part.Header("x-amz-checksum-crc32c"), sums[2]);
  EXPECT_EQ(part.Header("x-amz-checksum-type"), "COMPOSITE");
}

TEST_F(ObjectDetailsTest, AnnouncedChecksumsMustCome) {
  auto put = [&](const std::string& algorithm, Headers more = {}) {
    more.emplace_back("x-amz-sdk-checksum-algorithm", algorithm);
    return service_.Send({"PUT", "/bucket/key", "hello", std::move(more)}).ErrorCode();
  };
  EXPECT_EQ(put("CRC32", {{"x-amz-checksum-crc32", "NhCmhg=="}}), "");
  EXPECT_EQ(put("CRC32"), "InvalidRequest");
  EXPECT_EQ(put("CRC33", {{"x-amz-checksum-crc32", "NhCmhg=="}}), "InvalidRequest");
}

}  // namespace
}  // namespace penstock::s3
