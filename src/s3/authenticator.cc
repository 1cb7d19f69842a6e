// SPDX-License-Identifier: Apache-2.0
#include "s3/authenticator.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/sigv2.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::chrono::minutes kMaxSkew{15};

// A header that changes what the request does must not be added by somebody in between.
Status CheckAmzHeadersSigned(const net::Headers& headers, const Authorization& authorization) {
  for (const auto& [name, value] : headers.items()) {
    std::string lower = base::ToLower(name);
    if (!lower.starts_with("x-amz-")) continue;
    // Guards only the body's framing, which a presigned request leaves open anyway.
    if (authorization.presigned && lower == "x-amz-content-sha256") continue;
    const auto& names = authorization.signed_headers;
    if (!std::binary_search(names.begin(), names.end(), lower)) {
      return Refuse(code::kAccessDenied,
                    "There were headers present in the request which were not signed: " + lower);
    }
  }
  return {};
}

base::Error KeyError(const base::Error& error) {
  std::string_view code = code::kInvalidAccessKeyId;
  if (error.reason() == iam::kWrongToken) code = code::kInvalidToken;
  if (error.reason() == iam::kExpiredKey) code = code::kExpiredToken;
  return Refuse(code).value();
}

}  // namespace

// Clients ask for the location of a bucket before they know its region.
Status Authenticator::CheckRegion(const Authorization& authorization,
                                  const text::Query& query) const {
  if (region_.empty() || authorization.scope.region == region_ || query.Has("location")) return {};
  std::string what =
      "the region '" + authorization.scope.region + "' is wrong; expecting '" + region_ + "'";
  // S3's clients always name one; those of MinIO's admin API do not, and would puzzle over that.
  if (authorization.scope.region.empty()) {
    what += ". MinIO's admin API is not offered; `penstock admin` does what it is for";
  }
  if (authorization.presigned) {
    return Refuse(code::kAuthorizationQueryParametersError,
                  "Error parsing the X-Amz-Credential parameter; " + what);
  }
  return Refuse(code::kAuthorizationHeaderMalformed,
                "The authorization header is malformed; " + what);
}

Status Authenticator::CheckTime(const Authorization& authorization) const {
  base::Time now = clock_.Now();
  if (!authorization.presigned) {
    if (authorization.signed_at > now + kMaxSkew || authorization.signed_at < now - kMaxSkew) {
      return Refuse(code::kRequestTimeTooSkewed);
    }
    return {};
  }
  if (authorization.signed_at > now + kMaxSkew) {
    return Refuse(code::kAccessDenied, "Request is not valid yet");
  }
  base::Time end = authorization.expires_at.value_or(
      authorization.signed_at + authorization.expires.value_or(std::chrono::seconds(0)));
  // An expiry of nothing is over at once.
  if (end < now || authorization.expires == std::chrono::seconds(0)) {
    return Refuse(code::kAccessDenied, "Request has expired");
  }
  return {};
}

Result<iam::PrincipalPtr> Authenticator::FindPrincipal(const Authorization& authorization) const {
  auto found = credentials_.Find(authorization.access_key, authorization.session_token);
  if (!found) return base::Fail(KeyError(found.error()));
  return found;
}

Result<Identity> Authenticator::AuthenticateForm(Authorization authorization,
                                                 std::string_view text) const {
  if (!authorization.version2) PENSTOCK_RETURN_IF_ERROR(CheckRegion(authorization, {}));
  PENSTOCK_TRY(iam::PrincipalPtr principal, FindPrincipal(authorization));
  const std::string& secret = principal->key.secret_key;
  std::string expected = authorization.version2
                             ? Version2Signature(secret, text)
                             : Signature(SigningKey(secret, authorization.scope), text);
  if (!base::ConstantTimeEquals(expected, authorization.signature)) {
    return Refuse(code::kSignatureDoesNotMatch);
  }
  return Identity{std::move(principal), std::move(authorization), ""};
}

Result<Identity> Authenticator::Authenticate(const net::RequestHead& head, const text::Query& query,
                                             std::string_view body_sha256,
                                             std::string_view host_bucket) const {
  PENSTOCK_TRY(Authorization authorization, ParseAuthorization(head, query, service_, body_sha256));
  if (!authorization.version2) PENSTOCK_RETURN_IF_ERROR(CheckRegion(authorization, query));
  PENSTOCK_TRY(iam::PrincipalPtr principal, FindPrincipal(authorization));
  PENSTOCK_RETURN_IF_ERROR(CheckTime(authorization));
  if (authorization.version2) {
    const std::string& secret = principal->key.secret_key;
    if (!Version2Proves(secret, head, query, authorization, host_bucket)) {
      return Refuse(code::kSignatureDoesNotMatch);
    }
    return Identity{std::move(principal), std::move(authorization), ""};
  }
  PENSTOCK_TRY(std::string canonical, CanonicalRequest(head, query, authorization.signed_headers,
                                                       authorization.payload_hash));
  std::string key = SigningKey(principal->key.secret_key, authorization.scope);
  std::string expected =
      Signature(key, StringToSign(authorization.amz_date, authorization.scope, canonical));
  if (!base::ConstantTimeEquals(expected, authorization.signature)) {
    return Refuse(code::kSignatureDoesNotMatch);
  }
  PENSTOCK_RETURN_IF_ERROR(CheckAmzHeadersSigned(head.headers, authorization));
  return Identity{std::move(principal), std::move(authorization), std::move(key)};
}

}  // namespace penstock::s3
