// SPDX-License-Identifier: Apache-2.0
#include "crypto/password_key.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace penstock::crypto {

Secret PasswordKey(std::string_view password, std::string_view salt, int cost) {
  PENSTOCK_CHECK(cost >= 1 && cost <= 20);
  constexpr uint64_t kBlockSize = 8;
  constexpr uint64_t kParallel = 1;
  constexpr uint64_t kMostMemory = uint64_t{2} << 30;
  Secret key(32);
  int made = EVP_PBE_scrypt(password.data(), password.size(),
                            reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                            uint64_t{1} << cost, kBlockSize, kParallel, kMostMemory,
                            reinterpret_cast<unsigned char*>(key.data()), key.size());
  PENSTOCK_CHECK(made == 1);
  return key;
}

}  // namespace penstock::crypto
