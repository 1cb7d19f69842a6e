// SPDX-License-Identifier: Apache-2.0
#include "iam/jwt.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using crypto::SignatureScheme;

constexpr text::JsonLimits kTokenLimits{20, kMaxTokenBytes};
constexpr text::JsonLimits kKeysLimits{10, size_t{1} << 20};
constexpr size_t kMostKeys = 200;

constexpr std::pair<std::string_view, SignatureScheme> kSchemes[] = {
    {"RS256", SignatureScheme::kRs256}, {"RS384", SignatureScheme::kRs384},
    {"RS512", SignatureScheme::kRs512}, {"PS256", SignatureScheme::kPs256},
    {"PS384", SignatureScheme::kPs384}, {"PS512", SignatureScheme::kPs512},
    {"ES256", SignatureScheme::kEs256}, {"ES384", SignatureScheme::kEs384}};

std::optional<SignatureScheme> SchemeNamed(std::string_view name) {
  for (const auto& [known, scheme] : kSchemes) {
    if (known == name) return scheme;
  }
  return std::nullopt;
}

Result<text::Json> DecodeObject(std::string_view what, std::string_view part) {
  auto bad = [&] {
    return Fail(Code::kInvalidArgument, "the " + std::string(what) + " of the token is no JSON");
  };
  auto bytes = Base64UrlDecode(part);
  if (!bytes) return bad();
  auto json = text::ParseJson(*bytes, kTokenLimits);
  if (!json || !json->is_object()) return bad();
  return json;
}

Result<std::string> NumberOf(const text::Json& key, std::string_view member) {
  return Base64UrlDecode(key.StringOr(member, ""));
}

Result<crypto::PublicKey> ReadKey(const text::Json& key) {
  std::string kind = key.StringOr("kty", "");
  if (kind == "RSA") {
    PENSTOCK_TRY(std::string modulus, NumberOf(key, "n"));
    PENSTOCK_TRY(std::string exponent, NumberOf(key, "e"));
    return crypto::PublicKey::Rsa(modulus, exponent);
  }
  std::string curve = key.StringOr("crv", "");
  if (kind == "EC" && (curve == "P-256" || curve == "P-384")) {
    PENSTOCK_TRY(std::string x, NumberOf(key, "x"));
    PENSTOCK_TRY(std::string y, NumberOf(key, "y"));
    return crypto::PublicKey::EllipticCurve(
        curve == "P-256" ? crypto::Curve::kP256 : crypto::Curve::kP384, x, y);
  }
  return Fail(Code::kUnimplemented, "keys of kind '" + kind + "' are not used");
}

}  // namespace

Result<std::string> Base64UrlDecode(std::string_view text) {
  std::string standard(text);
  for (char& c : standard) {
    if (c == '+' || c == '/' || c == '=') return Fail(Code::kInvalidArgument, "no base64url");
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  standard.append((4 - standard.size() % 4) % 4, '=');
  return base::Base64Decode(standard);
}

std::string Base64UrlEncode(std::string_view bytes) {
  std::string text = base::Base64Encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Result<Jwt> ParseJwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return Fail(Code::kInvalidArgument,
                "the token has more than " + std::to_string(kMaxTokenBytes) + " bytes");
  }
  size_t first = token.find('.');
  size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "the token has not the three parts of a signed JWT");
  }
  PENSTOCK_TRY(text::Json header, DecodeObject("header", token.substr(0, first)));
  Jwt jwt;
  std::string algorithm = header.StringOr("alg", "");
  auto scheme = SchemeNamed(algorithm);
  if (!scheme) {
    return Fail(Code::kInvalidArgument,
                "tokens signed with '" + algorithm.substr(0, 32) +
                    "' are not accepted; use RS256, PS256 or ES256, or their larger kin");
  }
  if (header.Find("crit") != nullptr) {
    return Fail(Code::kInvalidArgument, "the token has critical extensions, which are not known");
  }
  jwt.scheme = *scheme;
  jwt.key_id = header.StringOr("kid", "");
  PENSTOCK_TRY(jwt.claims, DecodeObject("payload", token.substr(first + 1, second - first - 1)));
  jwt.signed_part = token.substr(0, second);
  auto signature = Base64UrlDecode(token.substr(second + 1));
  if (!signature) return Fail(Code::kInvalidArgument, "the signature of the token is no base64url");
  jwt.signature = *std::move(signature);
  return jwt;
}

Result<JwtKeys> JwtKeys::Parse(std::string_view json) {
  PENSTOCK_TRY(text::Json document, text::ParseJson(json, kKeysLimits));
  const text::Json* list = document.Find("keys");
  if (list == nullptr || !list->is_array() || list->as_array().size() > kMostKeys) {
    return Fail(Code::kInvalidArgument, "the document is no key set (JWKS)");
  }
  JwtKeys keys;
  for (const text::Json& key : list->as_array()) {
    if (key.StringOr("use", "sig") != "sig") continue;
    auto read = ReadKey(key);
    if (read) keys.by_id_.emplace(key.StringOr("kid", ""), *std::move(read));
  }
  if (keys.by_id_.empty()) {
    return Fail(Code::kInvalidArgument, "the key set has no key for RS256, PS256 or ES256");
  }
  return keys;
}

bool JwtKeys::Verify(const Jwt& token) const {
  auto [begin, end] = token.key_id.empty() ? std::pair(by_id_.begin(), by_id_.end())
                                           : by_id_.equal_range(token.key_id);
  return std::any_of(begin, end, [&](const auto& entry) {
    return entry.second.Verify(token.scheme, token.signed_part, token.signature);
  });
}

}  // namespace penstock::iam
