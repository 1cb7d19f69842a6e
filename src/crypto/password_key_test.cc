// SPDX-License-Identifier: Apache-2.0
#include "crypto/password_key.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace penstock::crypto {
namespace {

// Made with Python: hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride", n=2**14, r=8, p=1,
// dklen=32), whose first bytes are also those of RFC 7914 section 12.
TEST(PasswordKey, IsScrypt) {
  EXPECT_EQ(base::HexEncode(PasswordKey("pleaseletmein", "SodiumChloride", 14).bytes()),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST(PasswordKey, DependsOnEverything) {
  Secret key = PasswordKey("password", "salt", 4);
  EXPECT_FALSE(key.bytes() == PasswordKey("passwore", "salt", 4).bytes());
  EXPECT_FALSE(key.bytes() == PasswordKey("password", "salt2", 4).bytes());
  EXPECT_FALSE(key.bytes() == PasswordKey("password", "salt", 5).bytes());
}

}  // namespace
}  // namespace penstock::crypto
