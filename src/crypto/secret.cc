// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret.h"

#include <openssl/crypto.h>

#include "base/encoding.h"

namespace penstock::crypto {

void Wipe(char* bytes, size_t count) { OPENSSL_cleanse(bytes, count); }

bool operator==(const Secret& a, const Secret& b) {
  return base::ConstantTimeEquals(a.bytes_, b.bytes_);
}

}  // namespace penstock::crypto
