// SPDX-License-Identifier: Apache-2.0
#include "keys/sealed_box.h"

#include <span>

#include "crypto/aead.h"

namespace penstock::keys {
namespace {

constexpr size_t kSaltBytes = 32;
constexpr crypto::AeadNonce kOnlyNonce{};

}  // namespace

std::string SealSecret(const crypto::Secret& under, std::string_view purpose,
                       std::string_view associated, const crypto::Secret& secret,
                       base::Random& random) {
  std::string sealed = random.Bytes(kSaltBytes);
  crypto::Aead aead(crypto::DeriveKey(under, sealed, purpose));
  sealed.resize(kSaltBytes + secret.size() + crypto::kAeadTagBytes);
  aead.Seal(kOnlyNonce, associated, secret.bytes(), std::span(sealed).subspan(kSaltBytes));
  return sealed;
}

base::Result<crypto::Secret> OpenSecret(const crypto::Secret& under, std::string_view purpose,
                                        std::string_view associated, std::string_view sealed) {
  if (sealed.size() >= kSaltBytes + crypto::kAeadTagBytes) {
    crypto::Aead aead(crypto::DeriveKey(under, sealed.substr(0, kSaltBytes), purpose));
    crypto::Secret secret(sealed.size() - kSaltBytes - crypto::kAeadTagBytes);
    if (aead.Open(kOnlyNonce, associated, sealed.substr(kSaltBytes),
                  std::span(secret.data(), secret.size()))) {
      return secret;
    }
  }
  return base::Fail(base::Code::kDataLoss, "a sealed key does not open with the key it belongs to");
}

}  // namespace penstock::keys
