// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace penstock::crypto {
namespace {

const EVP_MD* Fetch(DigestKind kind) {
  // Fetched once and kept for the life of the process: OpenSSL's own lookup costs more than hashing
  // a small message.
  static EVP_MD* const kMd5Method = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static EVP_MD* const kSha1Method = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static EVP_MD* const kSha256Method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  switch (kind) {
    case DigestKind::kMd5:
      return kMd5Method;
    case DigestKind::kSha1:
      return kSha1Method;
    case DigestKind::kSha256:
      return kSha256Method;
  }
  return nullptr;
}

std::string Once(DigestKind kind, std::string_view bytes) {
  Digest digest(kind);
  digest.Update(bytes);
  return digest.Finish();
}

}  // namespace

struct Digest::State {
  explicit State(DigestKind kind) : method(Fetch(kind)), context(EVP_MD_CTX_new()) {
    PENSTOCK_CHECK(method != nullptr && context != nullptr);
    PENSTOCK_CHECK(EVP_DigestInit_ex2(context, method, nullptr) == 1);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }

  const EVP_MD* method;
  EVP_MD_CTX* context;
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>(kind)) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::Update(std::string_view bytes) {
  PENSTOCK_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Digest::Finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  PENSTOCK_CHECK(EVP_DigestFinal_ex(state_->context, out, &length) == 1);
  PENSTOCK_CHECK(EVP_DigestInit_ex2(state_->context, state_->method, nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(out), length);
}

std::string Md5(std::string_view bytes) { return Once(DigestKind::kMd5, bytes); }
std::string Sha1(std::string_view bytes) { return Once(DigestKind::kSha1, bytes); }
std::string Sha256(std::string_view bytes) { return Once(DigestKind::kSha256, bytes); }

std::string HmacSha256(std::string_view key, std::string_view message) {
  // RFC 2104, on our own digest: the EVP_MAC interface costs several look-ups a call.
  std::string block(key.size() > 64 ? Sha256(key) : std::string(key));
  block.resize(64, '\0');
  std::string inner = block;
  std::string outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  Digest digest(DigestKind::kSha256);
  digest.Update(inner);
  digest.Update(message);
  std::string inner_digest = digest.Finish();
  digest.Update(outer);
  digest.Update(inner_digest);
  return digest.Finish();
}

}  // namespace penstock::crypto
