// SPDX-License-Identifier: Apache-2.0
#include "net/cookies.h"

#include <gtest/gtest.h>

#include "net/browser_guard.h"
#include "net/local_peer.h"

namespace penstock::net {
namespace {

std::string Found(std::string_view field, std::string_view name) {
  Headers headers;
  headers.Add("Cookie", field);
  return FindCookie(headers, name);
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(Found("a=1; session=xyz; b=2", "session"), "xyz");
  EXPECT_EQ(Found("session=first; session=second", "session"), "first");
  EXPECT_EQ(Found("my-session=1; sessions=2; session", "session"), "");
  EXPECT_EQ(Found("session=a=b", "session"), "a=b");
  EXPECT_EQ(Found(";;;=;session=", "session"), "");
  EXPECT_EQ(Found("", "session"), "");
}

TEST(Cookies, AreHiddenFromScriptsAndOtherSites) {
  EXPECT_EQ(FormatCookie({.name = "s", .value = "1", .lifetime = std::chrono::seconds(60)}),
            "s=1; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
  EXPECT_EQ(
      FormatCookie({.name = "s", .value = "", .path = "/a", .same_site = "Lax", .secure = true}),
      "s=; Path=/a; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
}

TEST(Cookies, KnowHttpsBehindAProxy) {
  Request request;
  EXPECT_FALSE(CameByHttps(request));
  request.head.headers.Set("X-Forwarded-Proto", "https");
  EXPECT_TRUE(CameByHttps(request));
}

TEST(LocalPeer, IsThisMachineWithoutAProxy) {
  Request request;
  for (const char* peer : {"127.0.0.1:5", "[::1]:5", "[::ffff:127.0.0.1]:5"}) {
    request.peer = peer;
    EXPECT_TRUE(CameFromThisMachine(request)) << peer;
  }
  request.head.headers.Set("X-Forwarded-For", "192.0.2.1");
  EXPECT_FALSE(CameFromThisMachine(request));
  Request other;
  other.peer = "192.0.2.1:5";
  EXPECT_FALSE(CameFromThisMachine(other));
}

// Cookies go with reads too, and a page on another port is of the same site.
TEST(BrowserGuard, OwnPagesAreToldFromOthers) {
  RequestHead head;
  head.method = "GET";
  head.headers.Set("Host", "here.example:8888");
  EXPECT_TRUE(CameFromOwnPage(head));
  for (const char* site : {"same-origin", "none"}) {
    head.headers.Set("Sec-Fetch-Site", site);
    EXPECT_TRUE(CameFromOwnPage(head)) << site;
  }
  for (const char* site : {"same-site", "cross-site", "else"}) {
    head.headers.Set("Sec-Fetch-Site", site);
    EXPECT_FALSE(CameFromOwnPage(head)) << site;
    EXPECT_TRUE(CheckSameOrigin(head)) << site;
  }
  head.headers.Remove("Sec-Fetch-Site");
  head.headers.Set("Origin", "http://here.example:9000");
  EXPECT_FALSE(CameFromOwnPage(head));
  head.headers.Set("Origin", "http://here.example:8888");
  EXPECT_TRUE(CameFromOwnPage(head));
  head.headers.Set("Origin", "null");
  EXPECT_FALSE(CameFromOwnPage(head));
}

}  // namespace
}  // namespace penstock::net
