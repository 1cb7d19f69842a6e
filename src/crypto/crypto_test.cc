// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "crypto/digest.h"

namespace penstock::crypto {
namespace {

using base::HexEncode;

TEST(Digest, KnowsTheUsualVectors) {
  EXPECT_EQ(HexEncode(Md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, TakesPiecesAndStartsAgain) {
  Digest digest(DigestKind::kSha256);
  digest.Update("a");
  digest.Update("bc");
  EXPECT_EQ(digest.Finish(), Sha256("abc"));
  EXPECT_EQ(digest.Finish(), Sha256(""));
}

// RFC 4231, cases 1, 2 and 6 (a key longer than a block).
TEST(Hmac, FollowsRfc4231) {
  EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Checksum, GivesTheCheckValues) {
  const std::pair<ChecksumKind, const char*> kCases[] = {
      {ChecksumKind::kCrc32, "cbf43926"},
      {ChecksumKind::kCrc32c, "e3069283"},
      {ChecksumKind::kCrc64Nvme, "ae8b14860a799888"},
      {ChecksumKind::kSha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
      {ChecksumKind::kSha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"}};
  for (const auto& [kind, expected] : kCases) {
    for (size_t split = 0; split <= 9; ++split) {
      auto checksum = MakeChecksum(kind);
      checksum->Update(std::string_view("123456789").substr(0, split));
      checksum->Update(std::string_view("123456789").substr(split));
      EXPECT_EQ(HexEncode(checksum->Finish()), expected) << ChecksumName(kind) << " at " << split;
    }
  }
}

TEST(Checksum, Crc32cContinuesFromASeed) {
  std::string text(1000, 'q');
  uint32_t whole = Crc32c(text);
  EXPECT_EQ(Crc32c(text.substr(500), Crc32c(text.substr(0, 500))), whole);
  text[999] = 'r';
  EXPECT_NE(Crc32c(text), whole);
}

}  // namespace
}  // namespace penstock::crypto
