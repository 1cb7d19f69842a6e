// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace penstock::crypto {
namespace {

// Looked up once and kept for the process: a lookup costs more than the digest of a small message.
const EVP_MD* Algorithm(DigestKind kind) {
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const EVP_MD* found = sha256;
  if (kind == DigestKind::kMd5) found = md5;
  if (kind == DigestKind::kSha1) found = sha1;
  PENSTOCK_CHECK(found != nullptr);
  return found;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string DigestOf(DigestKind kind, std::string_view bytes) {
  Digest digest(kind);
  digest.Update(bytes);
  return digest.Finish();
}

// RFC 2104, by hand: OpenSSL 3's own looks up two algorithms on every call.
std::string Hmac(DigestKind kind, std::string_view key, std::string_view message) {
  constexpr size_t kBlock = 64;
  std::string block = key.size() > kBlock ? DigestOf(kind, key) : std::string(key);
  block.resize(kBlock, '\0');
  for (char& c : block) c = static_cast<char>(c ^ 0x36);
  Digest digest(kind);
  digest.Update(block);
  digest.Update(message);
  std::string inner = digest.Finish();
  for (char& c : block) c = static_cast<char>(c ^ 0x36 ^ 0x5C);
  digest.Update(block);
  digest.Update(inner);
  OPENSSL_cleanse(block.data(), block.size());
  return digest.Finish();
}

}  // namespace

struct Digest::State {
  const EVP_MD* algorithm;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;

  void Start() { PENSTOCK_CHECK(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1); }
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
  state_->algorithm = Algorithm(kind);
  state_->context.reset(EVP_MD_CTX_new());
  PENSTOCK_CHECK(state_->context != nullptr);
  state_->Start();
}

Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::Update(std::string_view bytes) {
  PENSTOCK_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::Finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  PENSTOCK_CHECK(EVP_DigestFinal_ex(state_->context.get(), out, &length) == 1);
  state_->Start();
  return {reinterpret_cast<const char*>(out), length};
}

std::string Md5(std::string_view bytes) { return DigestOf(DigestKind::kMd5, bytes); }
std::string Sha1(std::string_view bytes) { return DigestOf(DigestKind::kSha1, bytes); }
std::string Sha256(std::string_view bytes) { return DigestOf(DigestKind::kSha256, bytes); }

std::string HmacSha1(std::string_view key, std::string_view message) {
  return Hmac(DigestKind::kSha1, key, message);
}
std::string HmacSha256(std::string_view key, std::string_view message) {
  return Hmac(DigestKind::kSha256, key, message);
}

}  // namespace penstock::crypto
