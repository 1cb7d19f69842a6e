// SPDX-License-Identifier: Apache-2.0
// Listings through the whole handler.
#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

std::string KeysOf(const text::XmlElement& page, std::string_view element = "Contents") {
  std::string keys;
  for (const text::XmlElement& child : page.children) {
    if (child.name == element) keys += child.ChildText("Key") + " ";
    if (child.name == "CommonPrefixes") keys += "[" + child.ChildText("Prefix") + "] ";
  }
  return keys;
}

class ListingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(service_.Put("/bucket").status, 200);
    for (const char* key : {"a", "b/1", "b/2", "c", "d/1", "e%20%2B"}) {
      ASSERT_EQ(service_.Put(std::string("/bucket/") + key, "x").status, 200);
    }
  }
  text::XmlElement List(const std::string& query) { return service_.Get("/bucket?" + query).Xml(); }

  TestService service_;
};

TEST_F(ListingsTest, Version2InPages) {
  EXPECT_EQ(KeysOf(List("list-type=2")), "a b/1 b/2 c d/1 e + ");
  std::string seen;
  std::string query = "list-type=2&delimiter=/&max-keys=2";
  std::string token;
  for (int pages = 0; pages < 10; ++pages) {
    text::XmlElement page = List(query + (token.empty() ? "" : "&continuation-token=" + token));
    seen += KeysOf(page) + "| ";
    EXPECT_EQ(page.ChildText("MaxKeys"), "2");
    if (page.ChildText("IsTruncated") == "false") break;
    EXPECT_EQ(page.ChildText("KeyCount"), "2");
    token = page.ChildText("NextContinuationToken");
  }
  EXPECT_EQ(seen, "a [b/] | c [d/] | e + | ");
}

TEST_F(ListingsTest, Version1InPages) {
  text::XmlElement page = List("delimiter=/&max-keys=2");
  EXPECT_EQ(KeysOf(page), "a [b/] ");
  EXPECT_EQ(page.ChildText("NextMarker"), "b/");
  page = List("delimiter=/&max-keys=2&marker=b/");
  EXPECT_EQ(KeysOf(page), "c [d/] ");
  page = List("max-keys=2&marker=b/1");
  EXPECT_EQ(KeysOf(page), "b/2 c ");
  EXPECT_EQ(page.ChildText("NextMarker"), "");
  EXPECT_EQ(page.ChildText("IsTruncated"), "true");
  EXPECT_NE(page.Child("Contents")->Child("Owner"), nullptr);
}

TEST_F(ListingsTest, TellsMetadataToThoseWhoMayReadIt) {
  ASSERT_EQ(service_
                .Send({"PUT",
                       "/bucket/m",
                       "",
                       {{"x-amz-meta-base-colour", "red & blue"},
                        {"content-type", "text/plain"},
                        {"x-amz-tagging", "k=v%20w"}}})
                .status,
            200);
  text::XmlElement page = List("list-type=2&prefix=m&metadata=true");
  const text::XmlElement* entry = page.Child("Contents");
  ASSERT_NE(entry->Child("UserMetadata"), nullptr);
  EXPECT_EQ(entry->Child("UserMetadata")->ChildText("X-Amz-Meta-Base-Colour"), "red & blue");
  EXPECT_EQ(entry->Child("UserMetadata")->ChildText("content-type"), "text/plain");
  EXPECT_EQ(entry->ChildText("UserTags"), "k=v%20w");
  EXPECT_NE(List("versions&prefix=m&metadata=true").Child("Version")->Child("UserMetadata"),
            nullptr);
  EXPECT_EQ(List("list-type=2&prefix=m").Child("Contents")->Child("UserMetadata"), nullptr);
  TestRequest request{"GET", "/bucket?list-type=2&prefix=m&metadata=true"};
  const iam::Principal& lister =
      service_.AddUser("lister", R"({"Version": "2012-10-17", "Statement":
      [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::bucket"}]})");
  request.principal = &lister;
  const text::XmlElement theirs = service_.Send(request).Xml();
  EXPECT_EQ(theirs.Child("Contents")->Child("UserMetadata"), nullptr);
  EXPECT_EQ(theirs.Child("Contents")->ChildText("UserTags", "none"), "none");
}

TEST_F(ListingsTest, Parameters) {
  EXPECT_EQ(KeysOf(List("list-type=2&prefix=b/")), "b/1 b/2 ");
  EXPECT_EQ(KeysOf(List("list-type=2&start-after=c")), "d/1 e + ");
  EXPECT_EQ(KeysOf(List("list-type=2&encoding-type=url&prefix=e")), "e%20%2B ");
  EXPECT_EQ(List("list-type=2&encoding-type=url").ChildText("EncodingType"), "url");
  EXPECT_EQ(List("list-type=2").Child("Contents")->Child("Owner"), nullptr);
  EXPECT_NE(List("list-type=2&fetch-owner=true").Child("Contents")->Child("Owner"), nullptr);
  text::XmlElement none = List("list-type=2&max-keys=0");
  EXPECT_EQ(KeysOf(none), "");
  EXPECT_EQ(none.ChildText("IsTruncated"), "false");
  EXPECT_EQ(List("max-keys=5000").ChildText("MaxKeys"), "1000");
  for (const char* bad : {"max-keys=-1", "max-keys=x", "list-type=3", "encoding-type=x",
                          "list-type=2&continuation-token=x", "versions&version-id-marker=x"}) {
    EXPECT_EQ(service_.Get(std::string("/bucket?") + bad).ErrorCode(), "InvalidArgument") << bad;
  }
  for (const char* query : {"", "list-type=2", "max-keys=0", "versions", "uploads"}) {
    EXPECT_EQ(service_.Get(std::string("/nobucket?") + query).ErrorCode(), "NoSuchBucket") << query;
  }
}

TEST_F(ListingsTest, VersionsAreNullAndLatest) {
  text::XmlElement page = List("versions&max-keys=2");
  EXPECT_EQ(page.name, "ListVersionsResult");
  EXPECT_EQ(KeysOf(page, "Version"), "a b/1 ");
  EXPECT_EQ(page.Child("Version")->ChildText("VersionId"), "null");
  EXPECT_EQ(page.Child("Version")->ChildText("IsLatest"), "true");
  EXPECT_EQ(page.ChildText("NextKeyMarker"), "b/1");
  page = List("versions&key-marker=c&version-id-marker=null");
  EXPECT_EQ(KeysOf(page, "Version"), "d/1 e + ");
}

TEST_F(ListingsTest, Buckets) {
  ASSERT_EQ(service_.Put("/another").status, 200);
  ASSERT_EQ(service_.Put("/zebra").status, 200);
  text::XmlElement first = service_.Get("/?max-buckets=2").Xml();
  EXPECT_EQ(first.Child("Buckets")->children.size(), 2U);
  text::XmlElement rest =
      service_.Get("/?max-buckets=2&continuation-token=" + first.ChildText("ContinuationToken"))
          .Xml();
  ASSERT_EQ(rest.Child("Buckets")->children.size(), 1U);
  EXPECT_EQ(rest.Child("Buckets")->children[0].ChildText("Name"), "zebra");
  EXPECT_EQ(rest.Child("ContinuationToken"), nullptr);
}

TEST_F(ListingsTest, Uploads) {
  for (const char* key : {"a", "b/1", "b/2", "c", "d/1"}) {
    ASSERT_EQ(service_.Send({"POST", std::string("/bucket/") + key + "?uploads"}).status, 200);
  }
  EXPECT_EQ(KeysOf(List("uploads"), "Upload"), "a b/1 b/2 c d/1 ");
  EXPECT_EQ(KeysOf(List("uploads&prefix=b/"), "Upload"), "b/1 b/2 ");
  EXPECT_EQ(KeysOf(List("uploads&delimiter=/"), "Upload"), "a c [b/] [d/] ");
  EXPECT_EQ(KeysOf(List("uploads&max-uploads=0"), "Upload"), "");
  std::string seen;
  std::string markers;
  for (int pages = 0; pages < 10; ++pages) {
    text::XmlElement page = List("uploads&delimiter=/&max-uploads=1" + markers);
    seen += KeysOf(page, "Upload") + "| ";
    if (page.ChildText("IsTruncated") == "false") break;
    markers = "&key-marker=" + page.ChildText("NextKeyMarker") +
              "&upload-id-marker=" + page.ChildText("NextUploadIdMarker");
  }
  EXPECT_EQ(seen, "a | [b/] | c | [d/] | ");
}

}  // namespace
}  // namespace penstock::s3
