// SPDX-License-Identifier: Apache-2.0
#include "crypto/aead.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/check.h"
#include "crypto/digest.h"

namespace penstock::crypto {
namespace {

// Looked up once and kept for the process, as the digests are.
const EVP_CIPHER* Algorithm() {
  static const EVP_CIPHER* const aes_256_gcm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  PENSTOCK_CHECK(aes_256_gcm != nullptr);
  return aes_256_gcm;
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::span<char> text) { return reinterpret_cast<unsigned char*>(text.data()); }

// One call takes an int of bytes; nobody seals anything near that in one message.
int Length(std::string_view text) {
  PENSTOCK_CHECK(text.size() <= size_t{1} << 30);
  return static_cast<int>(text.size());
}

}  // namespace

struct Aead::State {
  Secret key;
  Context seal;  // made when first needed: most keys go one way only
  Context open;

  EVP_CIPHER_CTX* Sealing() {
    if (!seal) {
      seal.reset(EVP_CIPHER_CTX_new());
      PENSTOCK_CHECK(seal && EVP_EncryptInit_ex2(seal.get(), Algorithm(), Bytes(key.bytes()),
                                                 nullptr, nullptr) == 1);
    }
    return seal.get();
  }
  EVP_CIPHER_CTX* Opening() {
    if (!open) {
      open.reset(EVP_CIPHER_CTX_new());
      PENSTOCK_CHECK(open && EVP_DecryptInit_ex2(open.get(), Algorithm(), Bytes(key.bytes()),
                                                 nullptr, nullptr) == 1);
    }
    return open.get();
  }
};

Aead::Aead(const Secret& key) : state_(std::make_unique<State>()) {
  PENSTOCK_CHECK(key.size() == kAeadKeyBytes);
  state_->key = key;
}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

void Aead::Seal(const AeadNonce& nonce, std::string_view associated, std::string_view plain,
                std::span<char> out) {
  PENSTOCK_CHECK(out.size() == plain.size() + kAeadTagBytes);
  EVP_CIPHER_CTX* context = state_->Sealing();
  std::string_view iv(nonce.data(), nonce.size());
  int count = 0;
  PENSTOCK_CHECK(EVP_EncryptInit_ex2(context, nullptr, nullptr, Bytes(iv), nullptr) == 1);
  if (!associated.empty()) {
    PENSTOCK_CHECK(
        EVP_EncryptUpdate(context, nullptr, &count, Bytes(associated), Length(associated)) == 1);
  }
  if (!plain.empty()) {
    PENSTOCK_CHECK(EVP_EncryptUpdate(context, Bytes(out), &count, Bytes(plain), Length(plain)) ==
                   1);
  }
  unsigned char* tag = Bytes(out.subspan(plain.size()));
  PENSTOCK_CHECK(EVP_EncryptFinal_ex(context, tag, &count) == 1);
  PENSTOCK_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, int{kAeadTagBytes}, tag) == 1);
}

bool Aead::Open(const AeadNonce& nonce, std::string_view associated, std::string_view sealed,
                std::span<char> out) {
  if (sealed.size() < kAeadTagBytes) return false;
  std::string_view text = sealed.substr(0, sealed.size() - kAeadTagBytes);
  PENSTOCK_CHECK(out.size() == text.size());
  EVP_CIPHER_CTX* context = state_->Opening();
  // OpenSSL wants it writable, and only reads it.
  char tag[kAeadTagBytes];
  sealed.copy(tag, kAeadTagBytes, text.size());
  std::string_view iv(nonce.data(), nonce.size());
  int count = 0;
  PENSTOCK_CHECK(EVP_DecryptInit_ex2(context, nullptr, nullptr, Bytes(iv), nullptr) == 1);
  if (!associated.empty()) {
    PENSTOCK_CHECK(
        EVP_DecryptUpdate(context, nullptr, &count, Bytes(associated), Length(associated)) == 1);
  }
  if (!text.empty()) {
    PENSTOCK_CHECK(EVP_DecryptUpdate(context, Bytes(out), &count, Bytes(text), Length(text)) == 1);
  }
  PENSTOCK_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, int{kAeadTagBytes}, tag) == 1);
  unsigned char none[kAeadTagBytes];
  if (EVP_DecryptFinal_ex(context, none, &count) == 1) return true;
  std::fill(out.begin(), out.end(), '\0');
  return false;
}

Secret DeriveKey(const Secret& material, std::string_view salt, std::string_view purpose,
                 size_t size) {
  PENSTOCK_CHECK(size <= 255 * 32);
  // An absent salt is one of 32 zeros, which HMAC's padding makes the same as none.
  Secret extracted = Secret::Take(HmacSha256(salt, material.bytes()));
  Secret derived(size);
  Secret block;
  std::string message;
  for (size_t done = 0, number = 1; done < size; ++number) {
    message.assign(block.bytes());
    message.append(purpose);
    message.push_back(static_cast<char>(number));
    block = Secret::Take(HmacSha256(extracted.bytes(), message));
    size_t count = std::min(block.size(), size - done);
    block.bytes().copy(derived.data() + done, count);
    done += count;
  }
  Wipe(message.data(), message.size());
  return derived;
}

}  // namespace penstock::crypto
