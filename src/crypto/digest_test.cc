// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace penstock::crypto {
namespace {

using base::HexEncode;

TEST(Digest, GivesKnownValues) {
  EXPECT_EQ(HexEncode(Md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(HexEncode(Md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");  // RFC 1321
  EXPECT_EQ(HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, IsReadyAgainAfterFinish) {
  Digest digest(DigestKind::kSha256);
  digest.Update("a");
  digest.Update("bc");
  std::string first = digest.Finish();
  EXPECT_EQ(first, Sha256("abc"));
  EXPECT_EQ(digest.Finish(), Sha256(""));
  Digest moved = std::move(digest);
  moved.Update("abc");
  EXPECT_EQ(moved.Finish(), first);
}

TEST(Hmac, GivesTheValuesOfRfc2202) {
  EXPECT_EQ(HexEncode(HmacSha1(std::string(20, '\x0B'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(HexEncode(HmacSha1(std::string(80, '\xAA'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(Hmac, GivesTheValuesOfRfc4231) {
  EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\x0B'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xAA'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace penstock::crypto
