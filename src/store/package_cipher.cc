// SPDX-License-Identifier: Apache-2.0
#include "store/package_cipher.h"

#include <string>

namespace penstock::store {
namespace {

crypto::Secret StretchKey(const crypto::Secret& data_key, int part_number, std::string_view salt) {
  return crypto::DeriveKey(data_key, salt,
                           "penstock packages 1 part " + std::to_string(part_number));
}

// Three zero bytes, whether it is the last, and the number in eight bytes, big-endian.
crypto::AeadNonce Nonce(uint64_t number, bool last) {
  crypto::AeadNonce nonce{};
  nonce[3] = last ? 1 : 0;
  for (size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<char>(number >> (56 - 8 * i));
  return nonce;
}

}  // namespace

PackageCipher::PackageCipher(const crypto::Secret& data_key, int part_number, std::string_view salt)
    : aead_(StretchKey(data_key, part_number, salt)) {}

void PackageCipher::Seal(uint64_t number, bool last, std::string_view plain, std::span<char> out) {
  aead_.Seal(Nonce(number, last), {}, plain, out);
}

bool PackageCipher::Open(uint64_t number, bool last, std::string_view sealed, std::span<char> out) {
  return aead_.Open(Nonce(number, last), {}, sealed, out);
}

}  // namespace penstock::store
