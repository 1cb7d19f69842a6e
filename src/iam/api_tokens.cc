// SPDX-License-Identifier: Apache-2.0
#include "iam/api_tokens.h"

#include "base/encoding.h"
#include "crypto/digest.h"
#include "iam/jwt.h"
#include "text/json.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kPurpose = "penstock api token";
constexpr text::JsonLimits kLimits{3, kMaxApiTokenBytes};

std::string DigestOf(std::string_view secret) {
  return base::HexEncode(crypto::Sha256("penstock api token " + std::string(secret)));
}

tl::unexpected<base::Error> NoToken() {
  return Fail(Code::kUnauthenticated, kWrongToken, "the token is none of this server's");
}

tl::unexpected<base::Error> Revoked() {
  return Fail(Code::kUnauthenticated, kUnknownKey,
              "the token has been revoked: its access key is gone, disabled or expired, or has "
              "another secret now");
}

}  // namespace

std::string FormatApiToken(const ApiTokenContents& contents) {
  text::Json json;
  json["k"] = contents.access_key;
  json["d"] = contents.secret_digest;
  if (contents.expires_at) json["e"] = base::ToMicros(*contents.expires_at);
  return text::FormatJson(json);
}

Result<ApiTokenContents> ReadApiToken(std::string_view text) {
  PENSTOCK_TRY(text::Json json, text::ParseJson(text, kLimits));
  ApiTokenContents contents{json.StringOr("k", ""), json.StringOr("d", ""), std::nullopt};
  if (contents.access_key.empty() || contents.secret_digest.empty()) {
    return Fail(Code::kInvalidArgument, "the token names no access key");
  }
  if (const text::Json* end = json.Find("e")) {
    if (!end->is_integer()) return Fail(Code::kInvalidArgument, "the token's end is no time");
    contents.expires_at = base::FromMicros(json.IntegerOr("e", 0));
  }
  return contents;
}

Result<std::string> ApiTokens::Issue(std::string_view access_key,
                                     std::optional<base::Time> expires_at) const {
  auto principal = keys_.Find(access_key, "");
  if (!principal) {
    return Fail(Code::kNotFound, "no_such_access_key",
                "there is no access key '" + std::string(access_key) + "', or it is disabled");
  }
  if (expires_at && *expires_at <= clock_.Now()) {
    return Fail(Code::kInvalidArgument, "a token must expire in the future");
  }
  ApiTokenContents contents{std::string(access_key), DigestOf((*principal)->key.secret_key),
                            expires_at};
  std::string sealed = key_.Seal(kPurpose, "", FormatApiToken(contents), random_);
  PENSTOCK_TRY(std::string bytes, base::Base64Decode(sealed));
  return std::string(kApiTokenPrefix) + Base64UrlEncode(bytes);
}

Result<PrincipalPtr> ApiTokens::Find(std::string_view token) const {
  if (!token.starts_with(kApiTokenPrefix) || token.size() > kMaxApiTokenBytes) return NoToken();
  auto bytes = Base64UrlDecode(token.substr(kApiTokenPrefix.size()));
  if (!bytes) return NoToken();
  auto text = key_.Unseal(kPurpose, "", base::Base64Encode(*bytes));
  if (!text) return NoToken();
  auto contents = ReadApiToken(*text);
  if (!contents) return NoToken();
  if (contents->expires_at && *contents->expires_at <= clock_.Now()) {
    return Fail(Code::kUnauthenticated, kExpiredKey,
                "the token expired at " + base::FormatRfc3339(*contents->expires_at));
  }
  auto principal = keys_.Find(contents->access_key, "");
  if (!principal) return Revoked();
  if (!base::ConstantTimeEquals(DigestOf((*principal)->key.secret_key), contents->secret_digest)) {
    return Revoked();
  }
  return *std::move(principal);
}

}  // namespace penstock::iam
