// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <set>

#include <gtest/gtest.h>

#include "base/random.h"

namespace penstock::base {
namespace {

TEST(Encoding, HexGoesBothWays) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(HexDecode("00FF10").value(), std::string("\x00\xff\x10", 3));
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("zz"));
}

TEST(Encoding, Base64FollowsTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> kCases[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : kCases) {
    EXPECT_EQ(Base64Encode(plain), coded);
    EXPECT_EQ(Base64Decode(coded).value(), plain);
  }
}

TEST(Encoding, Base64IsStrict) {
  for (const char* text : {"Zg", "Zg=", "Z===", "=Zg=", "Zg==Zg==", "Zm 9", "Zm9v\n"}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
}

TEST(Encoding, ComparesSecrets) {
  EXPECT_TRUE(ConstantTimeEquals("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "ab"));
}

TEST(Encoding, IgnoresCaseAndSpace) {
  EXPECT_EQ(ToLower("X-Amz-Date"), "x-amz-date");
  EXPECT_TRUE(EqualsIgnoreCase("ETag", "etag"));
  EXPECT_FALSE(EqualsIgnoreCase("ETag", "etags"));
  EXPECT_EQ(Trim(" \ta b\t "), "a b");
}

TEST(Random, MakesVersion4Uuids) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    std::string id = random.Uuid();
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(Random, RepeatsItselfWhenSeeded) {
  EXPECT_EQ(SeededRandom(7).Uuid(), SeededRandom(7).Uuid());
  EXPECT_NE(SeededRandom(7).Uuid(), SeededRandom(8).Uuid());
}

}  // namespace
}  // namespace penstock::base
