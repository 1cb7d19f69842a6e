// SPDX-License-Identifier: Apache-2.0
#include "iam/oidc_provider.h"

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "text/url.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::chrono::hours kMaxAge{1};
constexpr std::chrono::seconds kBetweenTries{10};
constexpr std::chrono::seconds kSkew{60};
constexpr size_t kMostClaimBytes = 2048;  // of the claims that are kept in a session, together

tl::unexpected<base::Error> Bad(std::string message) {
  return Fail(Code::kUnauthenticated, kBadIdentityToken, std::move(message));
}

tl::unexpected<base::Error> Unreachable(const std::string& why) {
  return Fail(Code::kUnavailable, kProviderUnreachable,
              "the identity provider does not answer as it should: " + why);
}

// Seconds since 1970, perhaps with a fraction (RFC 7519 section 2).
std::optional<base::Time> TimeClaim(const text::Json& claims, std::string_view name) {
  const text::Json* value = claims.Find(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  double seconds = value->as_number();
  constexpr double kFarFuture = 253'402'300'800;  // the year 10000
  if (!(seconds >= 0 && seconds < kFarFuture)) return std::nullopt;
  return base::FromMicros(static_cast<int64_t>(seconds * 1e6));
}

// A string, number or truth value as one value, a list of them as several; nothing else.
ContextValues ValuesOf(const text::Json& claim) {
  auto scalar = [](const text::Json& value) {
    return value.is_string() ? value.as_string() : text::FormatJson(value);
  };
  ContextValues values;
  if (claim.is_string() || claim.is_number() || claim.is_bool()) values.push_back(scalar(claim));
  if (claim.is_array()) {
    for (const text::Json& value : claim.as_array()) {
      if (!value.is_array() && !value.is_object() && !value.is_null()) {
        values.push_back(scalar(value));
      }
    }
  }
  return values;
}

std::set<std::string> NamesIn(const ContextValues& values) {
  std::set<std::string> names;
  for (const std::string& value : values) names.merge(SplitPolicyNames(value));
  return names;
}

std::string Form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    form += std::string(name) + "=" + text::PercentEncode(value);
  }
  return form;
}

}  // namespace

std::set<std::string> SplitPolicyNames(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    std::string_view name = base::Trim(text.substr(0, end));
    if (!name.empty()) names.emplace(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

Result<OidcProvider::DocumentsPtr> OidcProvider::FetchDocuments() {
  PENSTOCK_TRY(std::string text, fetcher_.Get(settings_.config_url));
  PENSTOCK_TRY(text::Json discovery, text::ParseJson(text));
  auto documents = std::make_shared<Documents>();
  documents->issuer = discovery.StringOr("issuer", "");
  documents->authorization_endpoint = discovery.StringOr("authorization_endpoint", "");
  documents->token_endpoint = discovery.StringOr("token_endpoint", "");
  std::string keys_url = discovery.StringOr("jwks_uri", "");
  if (documents->issuer.empty() || keys_url.empty()) {
    return Fail(Code::kUnavailable, settings_.config_url + " names no issuer or no jwks_uri");
  }
  PENSTOCK_TRY(std::string keys, fetcher_.Get(keys_url));
  PENSTOCK_TRY(documents->keys, JwtKeys::Parse(keys));
  documents->fetched_at = clock_.Now();
  return documents;
}

Result<OidcProvider::DocumentsPtr> OidcProvider::CurrentDocuments(const std::string& wanted_key) {
  auto good_enough = [&](const DocumentsPtr& documents) {
    return documents && documents->fetched_at + kMaxAge > clock_.Now() &&
           (wanted_key.empty() || documents->keys.Has(wanted_key));
  };
  auto known = [&] {
    std::lock_guard lock(mutex_);
    return documents_;
  };
  DocumentsPtr documents = known();
  if (good_enough(documents)) return documents;
  // While another one fetches, only those wait who have nothing at all.
  std::unique_lock one_at_a_time(fetching_, std::defer_lock);
  if (!documents) {
    one_at_a_time.lock();
  } else if (!one_at_a_time.try_lock()) {
    return documents;
  }
  documents = known();
  if (good_enough(documents)) return documents;
  {
    std::lock_guard lock(mutex_);
    if (tried_at_ && *tried_at_ + kBetweenTries > clock_.Now()) {
      // Old documents are better than none for as long as the provider is away.
      if (documents_) return documents_;
      return Unreachable(last_failure_);
    }
    tried_at_ = clock_.Now();
  }
  auto fetched = FetchDocuments();
  std::lock_guard lock(mutex_);
  if (fetched) {
    documents_ = *fetched;
  } else {
    last_failure_ = fetched.error().message();
  }
  if (documents_) return documents_;
  return Unreachable(last_failure_);
}

Status OidcProvider::CheckTimes(const text::Json& claims) const {
  base::Time now = clock_.Now();
  auto expires = TimeClaim(claims, "exp");
  if (!expires) return Bad("the token does not say when it expires (exp)");
  if (*expires + kSkew <= now) {
    return Fail(Code::kUnauthenticated, kExpiredIdentityToken,
                "the token expired at " + base::FormatRfc3339(*expires));
  }
  for (std::string_view name : {"nbf", "iat"}) {
    auto time = TimeClaim(claims, name);
    if (claims.Find(name) != nullptr && !time) return Bad(std::string(name) + " is no time");
    if (time && *time > now + kSkew) {
      return Bad("the token is not valid before " + base::FormatRfc3339(*time));
    }
  }
  return {};
}

// Some providers name the client in `azp` and something else in `aud`.
Status OidcProvider::CheckAudience(const text::Json& claims) const {
  const text::Json* audience = claims.Find("aud");
  if (audience != nullptr) {
    for (const std::string& name : ValuesOf(*audience)) {
      if (name == settings_.client_id) return {};
    }
  }
  if (claims.StringOr("azp", "") == settings_.client_id) return {};
  return Bad("the token is for somebody else than the client '" + settings_.client_id + "'");
}

Result<WebIdentity> OidcProvider::ReadIdentity(const text::Json& claims) const {
  WebIdentity identity;
  identity.subject = claims.StringOr("sub", "");
  if (identity.subject.empty()) return Bad("the token does not say whom it is about (sub)");
  size_t bytes = 0;
  for (const auto& [name, value] : claims.as_object()) {
    ContextValues values = ValuesOf(value);
    size_t size = name.size();
    for (const std::string& text : values) size += text.size();
    if (values.empty() || bytes + size > kMostClaimBytes) continue;
    bytes += size;
    identity.claims["jwt:" + name] = std::move(values);
  }
  // Policies may ask for the subject, however many claims there are.
  identity.claims["jwt:sub"] = {identity.subject};
  identity.policies = settings_.role_policies;
  if (identity.policies.empty()) {
    const text::Json* claim = claims.Find(settings_.claim_name);
    if (claim != nullptr) identity.policies = NamesIn(ValuesOf(*claim));
  }
  if (identity.policies.empty()) {
    return Fail(Code::kPermissionDenied, kNoPolicyClaim,
                "the token has no claim '" + settings_.claim_name +
                    "' that names policies, so that it allows nothing");
  }
  return identity;
}

Result<WebIdentity> OidcProvider::Verify(std::string_view token, std::string_view nonce) {
  auto parsed = ParseJwt(token);
  if (!parsed) return Bad(parsed.error().message());
  PENSTOCK_TRY(DocumentsPtr documents, CurrentDocuments(parsed->key_id));
  if (!documents->keys.Verify(*parsed)) {
    return Bad("no key of the identity provider has signed the token");
  }
  const text::Json& claims = parsed->claims;
  if (claims.StringOr("iss", "") != documents->issuer) {
    return Bad("the token's issuer is not '" + documents->issuer + "'");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckAudience(claims));
  PENSTOCK_RETURN_IF_ERROR(CheckTimes(claims));
  if (!nonce.empty() && !base::ConstantTimeEquals(claims.StringOr("nonce", ""), nonce)) {
    return Bad("the token was made for another sign-in");
  }
  PENSTOCK_TRY(WebIdentity identity, ReadIdentity(claims));
  identity.issuer = documents->issuer;
  identity.audience = settings_.client_id;
  return identity;
}

Result<std::string> OidcProvider::AuthorizeUrl(const std::string& redirect_uri,
                                               const std::string& state, const std::string& nonce,
                                               const std::string& verifier) {
  PENSTOCK_TRY(DocumentsPtr documents, CurrentDocuments(""));
  if (documents->authorization_endpoint.empty()) {
    return Unreachable("it names no authorization_endpoint");
  }
  std::string challenge = Base64UrlEncode(crypto::Sha256(verifier));
  bool has_query = documents->authorization_endpoint.find('?') != std::string::npos;
  return documents->authorization_endpoint + (has_query ? "&" : "?") +
         Form({{"response_type", "code"},
               {"client_id", settings_.client_id},
               {"redirect_uri", redirect_uri},
               {"scope", "openid"},
               {"state", state},
               {"nonce", nonce},
               {"code_challenge", challenge},
               {"code_challenge_method", "S256"}});
}

Result<std::string> OidcProvider::ExchangeCode(const std::string& code,
                                               const std::string& redirect_uri,
                                               const std::string& verifier) {
  PENSTOCK_TRY(DocumentsPtr documents, CurrentDocuments(""));
  if (documents->token_endpoint.empty()) return Unreachable("it names no token_endpoint");
  std::string form = Form({{"grant_type", "authorization_code"},
                           {"code", code},
                           {"redirect_uri", redirect_uri},
                           {"client_id", settings_.client_id},
                           {"code_verifier", verifier}});
  bool has_secret = !settings_.client_secret.empty();
  PENSTOCK_TRY(std::string text,
               fetcher_.PostForm(documents->token_endpoint, form,
                                 has_secret ? text::PercentEncode(settings_.client_id) : "",
                                 text::PercentEncode(settings_.client_secret)));
  auto answer = text::ParseJson(text);
  std::string token = answer ? answer->StringOr("id_token", "") : "";
  if (token.empty()) return Unreachable("its answer has no id_token");
  return token;
}

}  // namespace penstock::iam
