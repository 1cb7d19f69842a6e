// SPDX-License-Identifier: Apache-2.0
// Versions and delete markers through the whole handler.
#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class VersionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(service_.Put("/bucket").status, 200);
    ASSERT_EQ(SetVersioning("Enabled"), 200);
  }

  int SetVersioning(const std::string& status) {
    return service_
        .Put("/bucket?versioning",
             "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>")
        .status;
  }
  std::string Put(const std::string& body, const std::string& key = "key") {
    TestResponse response = service_.Put("/bucket/" + key, body);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.Header("x-amz-version-id");
  }
  TestResponse Delete(const std::string& rest, Headers headers = {}) {
    return service_.Send({"DELETE", "/bucket/" + rest, "", std::move(headers)});
  }
  TestResponse DeleteMany(const std::string& objects) {
    return service_.Send({"POST", "/bucket?delete", "<Delete>" + objects + "</Delete>"});
  }
  // "key:version|marker:latest", one for each entry.
  std::string List(const std::string& query = "") {
    text::XmlElement page = service_.Get("/bucket?versions" + query).Xml();
    std::string text;
    for (const text::XmlElement& child : page.children) {
      if (child.name != "Version" && child.name != "DeleteMarker") continue;
      text += child.ChildText("Key") + ":" + child.ChildText("VersionId") +
              (child.name == "DeleteMarker" ? "!" : "") +
              (child.ChildText("IsLatest") == "true" ? "*" : "") + " ";
    }
    return text;
  }

  TestService service_;
};

TEST_F(VersionsTest, StatusOfBuckets) {
  EXPECT_EQ(service_.Get("/bucket?versioning").Xml().ChildText("Status"), "Enabled");
  EXPECT_EQ(SetVersioning("Suspended"), 200);
  EXPECT_EQ(service_.Get("/bucket?versioning").Xml().ChildText("Status"), "Suspended");
  EXPECT_EQ(SetVersioning("enabled"), 400);
  EXPECT_EQ(service_.Put("/bucket?versioning", "<VersioningConfiguration/>").ErrorCode(),
            "IllegalVersioningConfigurationException");
  EXPECT_EQ(service_
                .Put("/bucket?versioning",
                     "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled"
                     "</MfaDelete></VersioningConfiguration>")
                .ErrorCode(),
            "NotImplemented");
  ASSERT_EQ(service_.Put("/other").status, 200);
  TestResponse fresh = service_.Get("/other?versioning");
  EXPECT_EQ(fresh.Xml().name, "VersioningConfiguration");
  EXPECT_EQ(fresh.Xml().Child("Status"), nullptr);
  EXPECT_EQ(service_.Get("/nobucket?versioning").ErrorCode(), "NoSuchBucket");
}

TEST_F(VersionsTest, EachIsKept) {
  std::string first = Put("one");
  std::string second = Put("two");
  ASSERT_NE(first, second);
  EXPECT_EQ(service_.Get("/bucket/key").body, "two");
  TestResponse old = service_.Get("/bucket/key?versionId=" + first);
  EXPECT_EQ(old.body, "one");
  EXPECT_EQ(old.Header("x-amz-version-id"), first);
  EXPECT_EQ(service_.Send({"HEAD", "/bucket/key"}).Header("x-amz-version-id"), second);
  EXPECT_EQ(List(), "key:" + second + "* key:" + first + " ");
  // Without the newest, the one before is the newest.
  TestResponse removed = Delete("key?versionId=" + second);
  EXPECT_EQ(removed.status, 204);
  EXPECT_EQ(removed.Header("x-amz-version-id"), second);
  EXPECT_FALSE(removed.headers.Has("x-amz-delete-marker"));
  EXPECT_EQ(service_.Get("/bucket/key").body, "one");
  EXPECT_EQ(List(), "key:" + first + "* ");
  EXPECT_EQ(service_.Get("/bucket/key?versionId=" + second).ErrorCode(), "NoSuchVersion");
  EXPECT_EQ(Delete("key?versionId=" + second).status, 204);
  EXPECT_EQ(service_.Send({"DELETE", "/bucket"}).ErrorCode(), "BucketNotEmpty");
}

TEST_F(VersionsTest, MarkersHideAKey) {
  std::string version = Put("one");
  TestResponse deleted = Delete("key");
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.Header("x-amz-delete-marker"), "true");
  std::string marker = deleted.Header("x-amz-version-id");
  for (const char* method : {"GET", "HEAD"}) {
    TestResponse gone = service_.Send({method, "/bucket/key"});
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.ErrorCode(), "NoSuchKey");
    EXPECT_EQ(gone.Header("x-amz-delete-marker"), "true");
    EXPECT_EQ(gone.Header("x-amz-version-id"), marker);
    TestResponse named = service_.Send({method, "/bucket/key?versionId=" + marker});
    EXPECT_EQ(named.status, 405);
    EXPECT_EQ(named.ErrorCode(), "MethodNotAllowed");
    EXPECT_EQ(named.Header("x-amz-delete-marker"), "true");
    EXPECT_EQ(named.Header("allow"), "DELETE");
    EXPECT_NE(named.Header("last-modified"), "");
  }
  EXPECT_EQ(service_.Get("/bucket/key?tagging").ErrorCode(), "NoSuchKey");
  EXPECT_EQ(service_.Get("/bucket/key?tagging&versionId=" + marker).ErrorCode(),
            "MethodNotAllowed");
  EXPECT_EQ(service_.Get("/bucket/key?versionId=" + version).body, "one");
  EXPECT_EQ(List(), "key:" + marker + "!* key:" + version + " ");
  EXPECT_EQ(service_.Get("/bucket").Xml().Child("Contents"), nullptr);
  // Without the marker the object is back.
  TestResponse undone = Delete("key?versionId=" + marker);
  EXPECT_EQ(undone.Header("x-amz-delete-marker"), "true");
  EXPECT_EQ(undone.Header("x-amz-version-id"), marker);
  EXPECT_EQ(service_.Get("/bucket/key").body, "one");
}

TEST_F(VersionsTest, SuspendedBucketsKeepANullVersion) {
  std::string kept = Put("kept");
  ASSERT_EQ(SetVersioning("Suspended"), 200);
  EXPECT_EQ(Put("null one"), "");
  EXPECT_EQ(Put("null two"), "");
  EXPECT_EQ(service_.Get("/bucket/key").body, "null two");
  EXPECT_EQ(service_.Get("/bucket/key").Header("x-amz-version-id"), "null");
  EXPECT_EQ(service_.Get("/bucket/key?versionId=null").body, "null two");
  EXPECT_EQ(List(), "key:null* key:" + kept + " ");
  TestResponse deleted = Delete("key");
  EXPECT_EQ(deleted.Header("x-amz-delete-marker"), "true");
  EXPECT_EQ(deleted.Header("x-amz-version-id"), "null");
  EXPECT_EQ(List(), "key:null!* key:" + kept + " ");
  EXPECT_EQ(Delete("key?versionId=null").status, 204);
  EXPECT_EQ(service_.Get("/bucket/key").body, "kept");
}

TEST_F(VersionsTest, PagesOfVersions) {
  std::string all;
  std::vector<std::string> ids;
  for (const char* key : {"a", "b/1", "b/2", "c"}) {
    std::string older = Put("1", key);
    std::string newer = Put("2", key);
    all += std::string(key) + ":" + newer + "* " + key + ":" + older + " ";
  }
  EXPECT_EQ(List(), all);
  // Page by page.
  std::string paged;
  std::string query = "&max-keys=1";
  for (int i = 0; i < 20; ++i) {
    paged += List(query);
    text::XmlElement page = service_.Get("/bucket?versions" + query).Xml();
    if (page.ChildText("IsTruncated") == "false") break;
    query = "&max-keys=1&key-marker=" + page.ChildText("NextKeyMarker") +
            "&version-id-marker=" + page.ChildText("NextVersionIdMarker");
  }
  EXPECT_EQ(paged, all);
  text::XmlElement grouped = service_.Get("/bucket?versions&delimiter=/").Xml();
  EXPECT_EQ(grouped.Child("CommonPrefixes")->ChildText("Prefix"), "b/");
  EXPECT_EQ(service_.Get("/bucket?versions&version-id-marker=x").ErrorCode(), "InvalidArgument");
  EXPECT_EQ(service_.Get("/bucket?versions&max-keys=0").Xml().ChildText("IsTruncated"), "false");
}

TEST_F(VersionsTest, DeletingMany) {
  std::string first = Put("1", "a");
  std::string second = Put("2", "b");
  TestResponse response =
      DeleteMany("<Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>" + second +
                 "</VersionId></Object>" + "<Object><Key>b</Key><VersionId>" + second +
                 "</VersionId></Object>");
  text::XmlElement result = response.Xml();
  ASSERT_EQ(result.children.size(), 3U);
  EXPECT_EQ(result.children[0].ChildText("DeleteMarker"), "true");
  std::string marker = result.children[0].ChildText("DeleteMarkerVersionId");
  EXPECT_EQ(result.children[1].name, "Deleted");
  EXPECT_EQ(result.children[1].ChildText("VersionId"), second);
  EXPECT_EQ(result.children[1].Child("DeleteMarker"), nullptr);
  EXPECT_EQ(result.children[2].name, "Deleted");  // twice is fine
  EXPECT_EQ(List(), "a:" + marker + "!* a:" + first + " ");
  response = DeleteMany("<Object><Key>a</Key><VersionId>" + marker + "</VersionId></Object>");
  EXPECT_EQ(response.Xml().children[0].ChildText("DeleteMarker"), "true");
  EXPECT_EQ(response.Xml().children[0].ChildText("DeleteMarkerVersionId"), marker);
}

TEST_F(VersionsTest, ConditionsOfDeletes) {
  std::string tag = service_.Put("/bucket/key", "hello").Header("etag");
  std::string date = service_.Send({"HEAD", "/bucket/key"}).Header("last-modified");
  const std::string past = "Mon, 23 Nov 2020 08:09:10 GMT";
  struct Case {
    std::string header;
    std::string wrong;
    std::string right;
  };
  const Case cases[] = {{"If-Match", "\"other\"", tag},
                        {"x-amz-if-match-size", "4", "5"},
                        {"x-amz-if-match-last-modified-time", past, date}};
  for (const Case& c : cases) {
    TestResponse refused = Delete("key", {{c.header, c.wrong}});
    EXPECT_EQ(refused.status, 412) << c.header;
    EXPECT_EQ(refused.ErrorCode(), "PreconditionFailed");
    EXPECT_EQ(refused.Xml().ChildText("Condition"), c.header);
    TestResponse done = Delete("key", {{c.header, c.right}});
    EXPECT_EQ(done.status, 204) << c.header << done.body;
    EXPECT_EQ(Delete("key?versionId=" + done.Header("x-amz-version-id")).status, 204);
  }
  EXPECT_EQ(Delete("key", {{"x-amz-if-match-size", "five"}}).ErrorCode(), "InvalidArgument");
  EXPECT_EQ(Delete("key", {{"x-amz-if-match-last-modified-time", "now"}}).ErrorCode(),
            "InvalidArgument");
  EXPECT_EQ(Delete("none", {{"If-Match", "\"other\""}}).status, 204);
  // A marker can be matched, though it has no tag.
  ASSERT_EQ(service_.Put("/bucket/gone", "x").status, 200);
  ASSERT_EQ(Delete("gone").status, 204);
  EXPECT_EQ(Delete("gone", {{"If-Match", "\"other\""}}).status, 412);
  EXPECT_EQ(Delete("gone", {{"If-Match", "*"}}).status, 204);
  TestResponse many = DeleteMany(
      "<Object><Key>key</Key><ETag>\"other\"</ETag></Object>"
      "<Object><Key>key</Key><Size>4</Size></Object>"
      "<Object><Key>key</Key><LastModifiedTime>" +
      past + "</LastModifiedTime></Object><Object><Key>key</Key><ETag>" + tag +
      "</ETag><Size>5</Size><LastModifiedTime>" + date + "</LastModifiedTime></Object>");
  text::XmlElement result = many.Xml();
  ASSERT_EQ(result.children.size(), 4U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(result.children[i].ChildText("Code"), "PreconditionFailed") << i;
  }
  EXPECT_EQ(result.children[3].name, "Deleted");
}

TEST_F(VersionsTest, Copies) {
  std::string first = Put("one");
  std::string second = Put("two");
  TestResponse copy = service_.Send(
      {"PUT", "/bucket/copy", "", {{"x-amz-copy-source", "bucket/key?versionId=" + first}}});
  EXPECT_EQ(copy.status, 200) << copy.body;
  EXPECT_EQ(copy.Header("x-amz-copy-source-version-id"), first);
  EXPECT_NE(copy.Header("x-amz-version-id"), "");
  EXPECT_EQ(service_.Get("/bucket/copy").body, "one");
  // An older version may become the newest again.
  EXPECT_EQ(
      service_
          .Send(
              {"PUT", "/bucket/key", "", {{"x-amz-copy-source", "bucket/key?versionId=" + first}}})
          .status,
      200);
  EXPECT_EQ(service_.Get("/bucket/key").body, "one");
  std::string marker = Delete("key").Header("x-amz-version-id");
  auto copy_error = [&](const std::string& source) {
    return service_.Send({"PUT", "/bucket/copy", "", {{"x-amz-copy-source", source}}}).ErrorCode();
  };
  EXPECT_EQ(copy_error("bucket/key"), "NoSuchKey");
  EXPECT_EQ(copy_error("bucket/key?versionId=" + marker), "InvalidRequest");
  EXPECT_EQ(copy_error("bucket/key?versionId=0123456789abcdef"), "NoSuchVersion");
}

TEST_F(VersionsTest, Completions) {
  std::string id = service_.Send({"POST", "/bucket/key?uploads"}).Xml().ChildText("UploadId");
  std::string tag = service_.Put("/bucket/key?partNumber=1&uploadId=" + id, "x").Header("etag");
  TestResponse done =
      service_.Send({"POST", "/bucket/key?uploadId=" + id,
                     "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + tag +
                         "</ETag></Part></CompleteMultipartUpload>"});
  EXPECT_EQ(List(), "key:" + done.Header("x-amz-version-id") + "* ");
}

}  // namespace
}  // namespace penstock::s3
