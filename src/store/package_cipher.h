// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "crypto/aead.h"

namespace penstock::store {

inline constexpr size_t kPackageBytes = size_t{64} << 10;
inline constexpr size_t kSealedPackageBytes = kPackageBytes + crypto::kAeadTagBytes;

// Of plain bytes; what has no bytes is one empty package all the same, so that it can be verified.
inline uint64_t PackageCount(uint64_t plain_size) {
  return std::max<uint64_t>(1, (plain_size + kPackageBytes - 1) / kPackageBytes);
}
inline uint64_t SealedSize(uint64_t plain_size) {
  return plain_size + PackageCount(plain_size) * crypto::kAeadTagBytes;
}

// Encrypts and decrypts the packages of one stretch of bytes: an object that came in one piece, or
// a part. Its key is derived from the data key, the part's number (0 for a whole object) and the
// part's salt; salts are random and new whenever a part is put. The nonce of a package is its
// number and whether it is the last. So none is used twice with one key, and packages that were
// moved, repeated, cut off or taken from elsewhere do not open. Not thread-safe.
class PackageCipher {
 public:
  PackageCipher(const crypto::Secret& data_key, int part_number, std::string_view salt);

  // `out` has plain.size() + crypto::kAeadTagBytes bytes. Each number at most once.
  void Seal(uint64_t number, bool last, std::string_view plain, std::span<char> out);
  // `out` has sealed.size() - crypto::kAeadTagBytes bytes.
  [[nodiscard]] bool Open(uint64_t number, bool last, std::string_view sealed, std::span<char> out);

 private:
  crypto::Aead aead_;
};

}  // namespace penstock::store
