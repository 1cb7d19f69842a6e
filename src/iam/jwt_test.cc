// SPDX-License-Identifier: Apache-2.0
#include "iam/jwt.h"

#include <gtest/gtest.h>

#include "iam/test_cases.h"

namespace penstock::iam {
namespace {

using text::Json;

TEST(Jwt, IsVerifiedAsTheCasesSay) {
  Json cases = ReadCaseFile("tokens.yaml");
  auto keys = JwtKeys::Parse(cases.Find("keys")->as_string());
  ASSERT_TRUE(keys) << keys.error().message();
  EXPECT_TRUE(keys->Has("rsa"));
  EXPECT_FALSE(keys->Has("small"));
  EXPECT_FALSE(keys->Has("for-encryption"));
  int count = 0;
  for (const Json& c : cases.Find("tokens")->as_array()) {
    std::string name = c.StringOr("name", "");
    std::string says = c.StringOr("says", "");
    auto token = ParseJwt(c.StringOr("token", ""));
    if (says != "verified" && says != "not verified") {
      ASSERT_FALSE(token) << name;
      EXPECT_NE(token.error().message().find(says), std::string::npos)
          << name << ": " << token.error().message();
      continue;
    }
    ASSERT_TRUE(token) << name << ": " << token.error().message();
    EXPECT_EQ(token->claims.StringOr("sub", ""), "4711");
    EXPECT_EQ(keys->Verify(*token), says == "verified") << name;
    ++count;
  }
  EXPECT_GT(count, 15);
}

TEST(Jwt, EveryBitCounts) {
  Json cases = ReadCaseFile("tokens.yaml");
  JwtKeys keys = JwtKeys::Parse(cases.Find("keys")->as_string()).value();
  for (const Json& c : cases.Find("tokens")->as_array()) {
    if (c.StringOr("says", "") != "verified") continue;
    Jwt token = ParseJwt(c.StringOr("token", "")).value();
    for (size_t i = 0; i < token.signature.size(); i += 7) {
      Jwt damaged = token;
      damaged.signature[i] = static_cast<char>(damaged.signature[i] ^ 1);
      EXPECT_FALSE(keys.Verify(damaged)) << c.StringOr("name", "") << " " << i;
    }
    Jwt other = token;
    other.signed_part += "x";
    EXPECT_FALSE(keys.Verify(other));
  }
}

TEST(Jwt, HasALimit) { EXPECT_FALSE(ParseJwt(std::string(kMaxTokenBytes + 1, 'a'))); }

TEST(JwtKeys, RefusesWhatIsNoKeySet) {
  for (const char* text :
       {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"AA"}]})",
        R"({"keys":[{"kty":"RSA","n":"AA","e":"AQAB"}]})",
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"}) {
    EXPECT_FALSE(JwtKeys::Parse(text)) << text;
  }
}

TEST(Base64Url, GoesThereAndBack) {
  for (std::string text : {"", "a", "ab", "abc", "\xff\xfe\xfd"}) {
    std::string encoded = Base64UrlEncode(text);
    EXPECT_EQ(encoded.find_first_of("+/="), std::string::npos);
    EXPECT_EQ(Base64UrlDecode(encoded).value(), text);
  }
  EXPECT_FALSE(Base64UrlDecode("a"));
  EXPECT_FALSE(Base64UrlDecode("YQ=="));
}

}  // namespace
}  // namespace penstock::iam
