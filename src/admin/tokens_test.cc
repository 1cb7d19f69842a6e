// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

class TokensTest : public testing::Test {
 protected:
  void SetUp() override {
    text::Json user;
    user["secret_key"] = "alice-secret";
    ASSERT_EQ(admin_.Send("PUT", "/users/alice", user).status, 200);
  }
  TestAnswer Create(const std::string& body) {
    return admin_.Send("POST", "/tokens", text::ParseJson(body).value());
  }
  // Whose it is; "" for nobody's.
  std::string OwnerOf(const std::string& token) {
    auto found = admin_.api_tokens().Find(token);
    return found ? std::string(iam::DisplayName(**found)) : "";
  }

  TestAdmin admin_;
};

TEST_F(TokensTest, HasAnAccessKeyOfItsOwn) {
  text::Json made = Create(R"({"user":"alice","description":"CI"})").Json();
  std::string token = made.StringOr("token", "");
  EXPECT_EQ(OwnerOf(token), "alice");
  EXPECT_EQ(made.Find("secret_key"), nullptr);
  std::string key = "/access-keys/" + made.StringOr("access_key", "");
  text::Json listed = admin_.Get(key).Json();
  EXPECT_EQ(listed.StringOr("user", ""), "alice");
  EXPECT_EQ(listed.StringOr("name", ""), "token");
  EXPECT_EQ(listed.StringOr("description", ""), "CI");
  EXPECT_EQ(listed.Find("token"), nullptr);
  text::Json disabled;
  disabled["enabled"] = false;
  EXPECT_EQ(admin_.Send("PATCH", key, disabled).status, 200);
  EXPECT_EQ(OwnerOf(token), "");
  EXPECT_EQ(admin_.Send("DELETE", key).status, 200);
  EXPECT_EQ(OwnerOf(token), "");
}

TEST_F(TokensTest, ExpiresWithItsKey) {
  base::Time end = admin_.clock().Now() + std::chrono::hours(1);
  text::Json made =
      Create(R"({"user":"alice","expires_at":")" + base::FormatRfc3339(end) + R"("})").Json();
  EXPECT_EQ(made.StringOr("expires_at", ""), base::FormatRfc3339(end));
  std::string token = made.StringOr("token", "");
  EXPECT_EQ(OwnerOf(token), "alice");
  admin_.clock().Advance(std::chrono::hours(1));
  EXPECT_EQ(OwnerOf(token), "");
}

TEST_F(TokensTest, MayBeOfAKeyThatIsThere) {
  text::Json made = Create(R"({"access_key":"alice"})").Json();
  EXPECT_EQ(OwnerOf(made.StringOr("token", "")), "alice");
  EXPECT_EQ(OwnerOf(Create(R"({"access_key":"ROOTKEY"})").Json().StringOr("token", "")),
            "penstock");
  EXPECT_EQ(OwnerOf(Create("{}").Json().StringOr("token", "")), "penstock");
  EXPECT_EQ(Create(R"({"access_key":"nobody"})").ErrorCode(), "NoSuchAccessKey");
  EXPECT_EQ(Create(R"({"access_key":"alice","user":"alice"})").status, 400);
  EXPECT_EQ(Create(R"({"access_key":"alice","expires_at":"2001-01-01T00:00:00Z"})").status, 400);
}

TEST_F(TokensTest, NeedsPermission) {
  text::Json body;
  body["user"] = "alice";
  EXPECT_EQ(admin_.Send("POST", "/tokens", body, {"alice", "alice-secret", ""}).status, 403);
  EXPECT_EQ(Create(R"({"user":"nobody"})").ErrorCode(), "NoSuchUser");
  EXPECT_EQ(Create(R"({"user":"alice","lifetime":"1d"})").status, 400);
}

}  // namespace
}  // namespace penstock::admin
