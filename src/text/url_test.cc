// SPDX-License-Identifier: Apache-2.0
#include "text/url.h"

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

TEST(Percent, EncodesAsSigV4Wants) {
  EXPECT_EQ(PercentEncode("a/b c~d*é"), "a%2Fb%20c~d%2A%C3%A9");
  EXPECT_EQ(PercentEncode("a/b", true), "a/b");
}

TEST(Percent, DecodesStrictly) {
  EXPECT_EQ(PercentDecode("a%2Fb+c").value(), "a/b+c");
  EXPECT_EQ(PercentDecode("a+b", true).value(), "a b");
  for (const char* text : {"%", "%2", "%zz", "a%2"}) EXPECT_FALSE(PercentDecode(text)) << text;
}

TEST(Query, KeepsOrderAndDoubles) {
  Query query = Query::Parse("a=1&b&a=2&=x&c=%26+d").value();
  EXPECT_EQ(query.items().size(), 5u);
  EXPECT_EQ(query.GetOr("a", ""), "1");
  EXPECT_TRUE(query.Has("b"));
  EXPECT_EQ(query.GetOr("b", "none"), "");
  EXPECT_EQ(query.GetOr("c", ""), "& d");
  EXPECT_EQ(query.GetOr("z", "none"), "none");
  EXPECT_EQ(Query::Parse("c=a+b", false)->GetOr("c", ""), "a+b");
  EXPECT_FALSE(Query::Parse("a=%"));
}

TEST(Url, SplitsIntoParts) {
  Url url = ParseUrl("HTTPS://Example.ORG:8443/a/b?c=d#e").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "example.org");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "c=d");
  EXPECT_EQ(ParseUrl("http://[::1]:80")->host, "::1");
  EXPECT_EQ(ParseUrl("s3://bucket/key")->port, std::nullopt);
  EXPECT_EQ(ParseUrl("http://h?q")->query, "q");
}

TEST(Url, RefusesWhatIsNoUrl) {
  for (const char* text : {"", "a/b", "://h", "http://", "http://h:x/", "http://h:99999",
                           "http://[::1", "http://u:p@h/", "http://a b/"}) {
    EXPECT_FALSE(ParseUrl(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::text
