// SPDX-License-Identifier: Apache-2.0
#include "crypto/checksum.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/crc.h"

namespace penstock::crypto {
namespace {

std::string HexOf(ChecksumKind kind, std::string_view bytes) {
  std::unique_ptr<Checksum> checksum = MakeChecksum(kind);
  checksum->Update(bytes);
  return base::HexEncode(checksum->Finish());
}

TEST(Checksum, GivesTheCheckValues) {
  // The check values that the catalogues of CRCs give, and FIPS 180.
  EXPECT_EQ(HexOf(ChecksumKind::kCrc32, "123456789"), "cbf43926");
  EXPECT_EQ(HexOf(ChecksumKind::kCrc32c, "123456789"), "e3069283");
  EXPECT_EQ(HexOf(ChecksumKind::kCrc64Nvme, "123456789"), "ae8b14860a799888");
  EXPECT_EQ(HexOf(ChecksumKind::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexOf(ChecksumKind::kSha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOf(ChecksumKind::kCrc32, ""), "00000000");
}

TEST(Checksum, GivesTheCheckValuesInTwoPieces) {
  const std::pair<ChecksumKind, const char*> kCases[] = {
      {ChecksumKind::kCrc32, "cbf43926"},
      {ChecksumKind::kCrc32c, "e3069283"},
      {ChecksumKind::kCrc64Nvme, "ae8b14860a799888"},
      {ChecksumKind::kSha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
      {ChecksumKind::kSha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"}};
  for (const auto& [kind, expected] : kCases) {
    for (size_t split = 0; split <= 9; ++split) {
      std::unique_ptr<Checksum> checksum = MakeChecksum(kind);
      checksum->Update(std::string_view("123456789").substr(0, split));
      checksum->Update(std::string_view("123456789").substr(split));
      EXPECT_EQ(base::HexEncode(checksum->Finish()), expected) << ChecksumName(kind) << split;
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

TEST(Checksum, GivesIscsiValuesForCrc32c) {
  // RFC 3720 section B.4.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

std::string Pattern(size_t length) {
  std::string bytes(length, '\0');
  uint32_t state = 12345;
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

TEST(Checksum, IsTheSameInPieces) {
  std::string bytes = Pattern(1000);
  for (ChecksumKind kind : {ChecksumKind::kCrc32, ChecksumKind::kCrc32c, ChecksumKind::kCrc64Nvme,
                            ChecksumKind::kSha1, ChecksumKind::kSha256}) {
    std::unique_ptr<Checksum> checksum = MakeChecksum(kind);
    std::string_view rest = bytes;
    for (size_t piece = 0; !rest.empty(); ++piece) {
      checksum->Update(rest.substr(0, piece));
      rest.remove_prefix(std::min(piece, rest.size()));
    }
    EXPECT_EQ(base::HexEncode(checksum->Finish()), HexOf(kind, bytes)) << ChecksumName(kind);
    EXPECT_EQ(checksum->Finish(), [&] { return MakeChecksum(kind)->Finish(); }())
        << "ready for another message";
  }
}

TEST(Checksum, HardwareAgreesWithTables) {
  std::string bytes = Pattern(300);
  for (size_t start = 0; start < 9; ++start) {
    for (size_t length = 0; length < 280; ++length) {
      std::string_view piece = std::string_view(bytes).substr(start, length);
      ASSERT_EQ(Crc32c(piece, 77), Crc32cPortable(piece, 77)) << start << " " << length;
    }
  }
}

}  // namespace
}  // namespace penstock::crypto
