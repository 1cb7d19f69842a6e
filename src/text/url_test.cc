// SPDX-License-Identifier: Apache-2.0
#include "text/url.h"

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

using base::Result;
using Items = std::vector<std::pair<std::string, std::string>>;

TEST(Url, EncodesAsSigV4Wants) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a b/c+d*e\xC3\xA9%"), "a%20b%2Fc%2Bd%2Ae%C3%A9%25");
  EXPECT_EQ(PercentEncode("/a b/c", true), "/a%20b/c");
  EXPECT_EQ(PercentEncode(std::string_view("\0\x7F", 2)), "%00%7F");
}

TEST(Url, DecodesWhatItEncoded) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(PercentDecode(PercentEncode(bytes)), bytes);
  EXPECT_EQ(PercentDecode("a+b%2bc%2B"), "a+b+c+");
  EXPECT_EQ(PercentDecode("a+b%2B", true), "a b+");
}

TEST(Url, RefusesBadEscapes) {
  for (std::string_view text : {"%", "%2", "a%", "%zz", "%2g", "%%20", "%-1"}) {
    EXPECT_FALSE(PercentDecode(text).has_value()) << text;
  }
}

TEST(Query, KeepsOrderAndDoubles) {
  Result<Query> query = Query::Parse("a=1&b&c=&a=2&&d=x%3Dy=z&e+f=g+h");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->items(),
            (Items{{"a", "1"}, {"b", ""}, {"c", ""}, {"a", "2"}, {"d", "x=y=z"}, {"e f", "g h"}}));
  EXPECT_EQ(*query->Find("a"), "1");
  EXPECT_TRUE(query->Has("b"));
  EXPECT_FALSE(query->Has("z"));
  EXPECT_EQ(query->GetOr("z", "none"), "none");
}

TEST(Query, TakesPlusAsAskedFor) {
  EXPECT_EQ(Query::Parse("a=b+c", false)->GetOr("a", ""), "b+c");
  EXPECT_FALSE(Query::Parse("a=%4").has_value());
  EXPECT_TRUE(Query::Parse("")->items().empty());
  EXPECT_EQ(Query::Parse("=x")->items(), (Items{{"", "x"}}));
  EXPECT_EQ(Query::Parse("c=%26+d")->GetOr("c", ""), "& d");
}

TEST(Url, TakesUrlsApart) {
  Result<Url> url = ParseUrl("HTTPS://Host.Example:8443/a%20b/c?x=1&y=/?z#part");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "host.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a%20b/c");
  EXPECT_EQ(url->query, "x=1&y=/?z");

  url = ParseUrl("http://[::1]:80?q");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 80);
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(url->query, "q");

  url = ParseUrl("minio://my_bucket/key");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "my_bucket");
  EXPECT_EQ(url->port, std::nullopt);
}

TEST(Url, RefusesWhatIsNotAUrl) {
  for (std::string_view text :
       {"", "host", "/path", "http:/x", "http://", "http:///path", "://host", "1http://h",
        "http://h:x", "http://h:65536", "http://h:-1", "http://user:pw@h/", "http://h h/",
        "http://[::1", "http://[::1]x", "http://[]/", "http://[g]/", "http://h/\n",
        "http://a:b:1/"}) {
    EXPECT_FALSE(ParseUrl(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace penstock::text
