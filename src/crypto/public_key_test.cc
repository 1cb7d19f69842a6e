// SPDX-License-Identifier: Apache-2.0
#include "crypto/public_key.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace penstock::crypto {
namespace {

std::string Hex(std::string_view text) { return base::HexDecode(text).value(); }

// RFC 6979, appendix A.2.5: curve P-256, SHA-256, the message "sample".
TEST(PublicKey, VerifiesOverP256) {
  PublicKey key =
      PublicKey::EllipticCurve(
          Curve::kP256, Hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
          Hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"))
          .value();
  std::string signature = Hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716") +
                          Hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  EXPECT_TRUE(key.Verify(SignatureScheme::kEs256, "sample", signature));
  EXPECT_FALSE(key.Verify(SignatureScheme::kEs256, "simple", signature));
  EXPECT_FALSE(key.Verify(SignatureScheme::kEs384, "sample", signature));
  EXPECT_FALSE(key.Verify(SignatureScheme::kRs256, "sample", signature));
  EXPECT_FALSE(key.Verify(SignatureScheme::kEs256, "sample", signature.substr(1)));
  EXPECT_FALSE(key.Verify(SignatureScheme::kEs256, "sample", std::string(64, '\0')));
  EXPECT_FALSE(key.Verify(SignatureScheme::kEs256, "sample", ""));
}

TEST(PublicKey, RefusesWhatIsNoKey) {
  std::string x = Hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
  EXPECT_FALSE(PublicKey::EllipticCurve(Curve::kP256, x, x));
  EXPECT_FALSE(PublicKey::EllipticCurve(Curve::kP384, x, x));
  EXPECT_FALSE(PublicKey::EllipticCurve(Curve::kP256, "", ""));
  EXPECT_FALSE(PublicKey::Rsa("", ""));
  EXPECT_FALSE(PublicKey::Rsa(std::string(128, '\x7f'), "\x03"));
  EXPECT_FALSE(PublicKey::Rsa(std::string(256, '\x7f'), "\x01"));
  EXPECT_FALSE(PublicKey::Rsa(std::string(256, '\x7f'), "\x04"));
  EXPECT_FALSE(PublicKey::Rsa(std::string(1 << 20, '\x7f'), "\x03"));
}

}  // namespace
}  // namespace penstock::crypto
