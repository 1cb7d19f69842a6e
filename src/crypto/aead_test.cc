// SPDX-License-Identifier: Apache-2.0
#include "crypto/aead.h"

#include <string>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace penstock::crypto {
namespace {

std::string FromHex(std::string_view hex) { return *base::HexDecode(hex); }

AeadNonce Nonce(std::string_view bytes) {
  AeadNonce nonce{};
  bytes.copy(nonce.data(), nonce.size());
  return nonce;
}

std::string Seal(Aead& aead, std::string_view nonce, std::string_view associated,
                 std::string_view plain) {
  std::string sealed(plain.size() + kAeadTagBytes, '\0');
  aead.Seal(Nonce(nonce), associated, plain, sealed);
  return sealed;
}

struct Vector {
  const char *key, *nonce, *plain, *associated, *sealed;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
const Vector kVectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "00000000000000000000000000000000", "",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"}};

TEST(Aead, AgreesWithTheSpecification) {
  for (const Vector& vector : kVectors) {
    Aead aead(Secret::Of(FromHex(vector.key)));
    std::string nonce = FromHex(vector.nonce);
    std::string associated = FromHex(vector.associated);
    std::string sealed = Seal(aead, nonce, associated, FromHex(vector.plain));
    EXPECT_EQ(base::HexEncode(sealed), vector.sealed);
    std::string opened(sealed.size() - kAeadTagBytes, '\0');
    ASSERT_TRUE(aead.Open(Nonce(nonce), associated, sealed, opened));
    EXPECT_EQ(base::HexEncode(opened), vector.plain);
  }
}

TEST(Aead, OpensNothingThatWasChanged) {
  Aead aead(Secret::Of(std::string(32, 'k')));
  const std::string plain = "the text", associated = "what it belongs to";
  const std::string sealed = Seal(aead, "nonce-000000", associated, plain);
  std::string out(plain.size(), 'x');
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(aead.Open(Nonce("nonce-000000"), associated, damaged, out));
    EXPECT_EQ(out, std::string(plain.size(), '\0'));
  }
  EXPECT_FALSE(aead.Open(Nonce("nonce-000001"), associated, sealed, out));
  EXPECT_FALSE(aead.Open(Nonce("nonce-000000"), "something else", sealed, out));
  EXPECT_FALSE(aead.Open(Nonce("nonce-000000"), associated, "short", out));
  Aead other(Secret::Of(std::string(32, 'l')));
  EXPECT_FALSE(other.Open(Nonce("nonce-000000"), associated, sealed, out));
  ASSERT_TRUE(aead.Open(Nonce("nonce-000000"), associated, sealed, out));
  EXPECT_EQ(out, plain);
}

TEST(Aead, SealsInPlace) {
  Aead aead(Secret::Of(std::string(32, 'k')));
  std::string buffer(1000, 'p');
  std::string expected = Seal(aead, "nonce-000000", "", buffer);
  buffer.resize(buffer.size() + kAeadTagBytes);
  aead.Seal(Nonce("nonce-000000"), "", std::string_view(buffer).substr(0, 1000), buffer);
  EXPECT_EQ(buffer, expected);
  ASSERT_TRUE(aead.Open(Nonce("nonce-000000"), "", buffer, std::span(buffer.data(), 1000)));
  EXPECT_EQ(buffer.substr(0, 1000), std::string(1000, 'p'));
}

// RFC 5869, appendix A, cases 1 and 3.
TEST(DeriveKey, AgreesWithTheRfc) {
  Secret material = Secret::Of(std::string(22, '\x0b'));
  EXPECT_EQ(base::HexEncode(DeriveKey(material, FromHex("000102030405060708090a0b0c"),
                                      FromHex("f0f1f2f3f4f5f6f7f8f9"), 42)
                                .bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(base::HexEncode(DeriveKey(material, "", "", 42).bytes()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Secret, IsEmptyAfterItWasTaken) {
  std::string text(32, 's');
  Secret secret = Secret::Take(std::move(text));
  EXPECT_EQ(secret.bytes(), std::string(32, 's'));
  Secret copy = secret;
  Secret moved = std::move(secret);
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(copy, moved);
  EXPECT_FALSE(copy == Secret::Of("other"));
}

}  // namespace
}  // namespace penstock::crypto
