// SPDX-License-Identifier: Apache-2.0
#include "crypto/public_key.h"

#include <optional>
#include <string>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

namespace penstock::crypto {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 16384;

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using CurveSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberOf(std::string_view bytes) {
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

KeyPtr MakeKey(const char* kind, OSSL_PARAM_BLD* builder) {
  Params params(OSSL_PARAM_BLD_to_param(builder));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  bool made = params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
              EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) == 1;
  KeyPtr owned(key);
  // What OpenSSL noted about a wrong key is nobody's next error.
  ERR_clear_error();
  return made ? std::move(owned) : KeyPtr();
}

const EVP_MD* DigestOf(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::kRs256:
    case SignatureScheme::kPs256:
    case SignatureScheme::kEs256:
      return EVP_sha256();
    case SignatureScheme::kRs384:
    case SignatureScheme::kPs384:
    case SignatureScheme::kEs384:
      return EVP_sha384();
    case SignatureScheme::kRs512:
    case SignatureScheme::kPs512:
      return EVP_sha512();
  }
  return nullptr;
}

bool IsPss(SignatureScheme scheme) {
  return scheme == SignatureScheme::kPs256 || scheme == SignatureScheme::kPs384 ||
         scheme == SignatureScheme::kPs512;
}

std::optional<Curve> CurveOf(SignatureScheme scheme) {
  if (scheme == SignatureScheme::kEs256) return Curve::kP256;
  if (scheme == SignatureScheme::kEs384) return Curve::kP384;
  return std::nullopt;
}

size_t CoordinateBytes(Curve curve) { return curve == Curve::kP256 ? 32 : 48; }

// OpenSSL wants the two numbers in ASN.1.
std::optional<std::string> CurveSignatureInAsn1(Curve curve, std::string_view signature) {
  size_t size = CoordinateBytes(curve);
  if (signature.size() != 2 * size) return std::nullopt;
  CurveSignature numbers(ECDSA_SIG_new());
  Number r = NumberOf(signature.substr(0, size));
  Number s = NumberOf(signature.substr(size));
  if (!numbers || !r || !s || ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) {
    return std::nullopt;
  }
  // Now the signature's.
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  int length = i2d_ECDSA_SIG(numbers.get(), &der);
  if (length <= 0) return std::nullopt;
  std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return text;
}

}  // namespace

struct PublicKey::State {
  KeyPtr key;
  std::optional<Curve> curve;  // none: an RSA key
};

Result<PublicKey> PublicKey::Rsa(std::string_view modulus, std::string_view exponent) {
  constexpr size_t kMostBytes = kMostRsaBits / 8 + 1;
  auto bad = [] {
    return Fail(Code::kInvalidArgument, "this is no RSA key of 2048 to 16384 bits");
  };
  if (modulus.size() > kMostBytes || exponent.size() > 8) return bad();
  Number n = NumberOf(modulus);
  Number e = NumberOf(exponent);
  Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), "n", n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), "e", e.get()) != 1) {
    return bad();
  }
  int bits = BN_num_bits(n.get());
  if (bits < kLeastRsaBits || bits > kMostRsaBits || BN_is_odd(e.get()) != 1 ||
      BN_is_one(e.get()) == 1) {
    return bad();
  }
  auto state = std::make_shared<State>();
  state->key = MakeKey("RSA", builder.get());
  if (!state->key) return bad();
  return PublicKey(std::move(state));
}

Result<PublicKey> PublicKey::EllipticCurve(Curve curve, std::string_view x, std::string_view y) {
  auto bad = [] { return Fail(Code::kInvalidArgument, "this is no point of the curve"); };
  if (x.size() != CoordinateBytes(curve) || y.size() != x.size()) return bad();
  std::string point = "\x04" + std::string(x) + std::string(y);
  const char* name = curve == Curve::kP256 ? "P-256" : "P-384";
  Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, name, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return bad();
  }
  auto state = std::make_shared<State>();
  state->curve = curve;
  state->key = MakeKey("EC", builder.get());
  if (!state->key) return bad();
  return PublicKey(std::move(state));
}

bool PublicKey::Fits(SignatureScheme scheme) const { return CurveOf(scheme) == state_->curve; }

bool PublicKey::Verify(SignatureScheme scheme, std::string_view message,
                       std::string_view signature) const {
  if (!Fits(scheme)) return false;
  std::string asn1;
  if (state_->curve) {
    auto converted = CurveSignatureInAsn1(*state_->curve, signature);
    if (!converted) return false;
    asn1 = *std::move(converted);
    signature = asn1;
  }
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's
  bool ready = context && EVP_DigestVerifyInit(context.get(), &parameters, DigestOf(scheme),
                                               nullptr, state_->key.get()) == 1;
  if (ready && IsPss(scheme)) {
    ready = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  bool good = ready && EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                                        Bytes(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace penstock::crypto
