// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace penstock::crypto {

inline constexpr size_t kAeadKeyBytes = 32;
inline constexpr size_t kAeadNonceBytes = 12;
inline constexpr size_t kAeadTagBytes = 16;

using AeadNonce = std::array<char, kAeadNonceBytes>;

// AES-256-GCM (NIST SP 800-38D) with one key. Sealing two messages with one key and nonce gives the
// key away: callers must make nonces that cannot repeat. One context a direction is set up once and
// used for all messages. Movable, not thread-safe.
class Aead {
 public:
  explicit Aead(const Secret& key);  // of kAeadKeyBytes
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;
  ~Aead();

  // Writes the encrypted text and its tag: `out` has plain.size() + kAeadTagBytes bytes. It may
  // begin where `plain` does, and must not overlap it otherwise.
  void Seal(const AeadNonce& nonce, std::string_view associated, std::string_view plain,
            std::span<char> out);
  // The reverse: `out` has sealed.size() - kAeadTagBytes bytes. False, and `out` zeroed, where
  // anything differs from what was sealed.
  [[nodiscard]] bool Open(const AeadNonce& nonce, std::string_view associated,
                          std::string_view sealed, std::span<char> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// HKDF-SHA256 (RFC 5869): a key of `size` bytes (up to 8160) from key material, a salt that need
// not be secret, and the purpose.
Secret DeriveKey(const Secret& material, std::string_view salt, std::string_view purpose,
                 size_t size = kAeadKeyBytes);

}  // namespace penstock::crypto
