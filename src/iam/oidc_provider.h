// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "iam/access_request.h"
#include "iam/document_fetcher.h"
#include "iam/jwt.h"

namespace penstock::iam {

struct OidcSettings {
  std::string config_url;               // of the discovery document; "": no identity provider
  std::string client_id;                // whom tokens must be for
  std::string client_secret;            // "" for a public client
  std::string claim_name = "policy";    // the claim that names policies
  std::set<std::string> role_policies;  // where not empty, everybody has these and no claim counts
};

// "readonly, own" into its names.
std::set<std::string> SplitPolicyNames(std::string_view text);

// Who a token speaks of, proven.
struct WebIdentity {
  std::string subject;
  std::string issuer;
  std::string audience;
  std::set<std::string> policies;  // by name; whether they exist is another matter
  std::map<std::string, ContextValues, std::less<>> claims;  // "jwt:sub" and so on
};

// Reasons of errors about tokens.
inline constexpr std::string_view kBadIdentityToken = "bad_identity_token";
inline constexpr std::string_view kExpiredIdentityToken = "expired_identity_token";
inline constexpr std::string_view kProviderUnreachable = "provider_unreachable";
inline constexpr std::string_view kNoPolicyClaim = "no_policy_claim";

// An OpenID Connect provider: verifies the tokens that it issues, and signs people in who come with
// a browser (authorization code with PKCE). Its documents are fetched when first needed, kept for
// an hour, and fetched again when a token names a key that is not known, at most every ten seconds.
// Thread-safe; a fetch holds up those who need its result, and nobody else.
class OidcProvider {
 public:
  // The fetcher and the clock must outlive it.
  OidcProvider(OidcSettings settings, DocumentFetcher& fetcher, const base::Clock& clock)
      : settings_(std::move(settings)), fetcher_(fetcher), clock_(clock) {}

  const OidcSettings& settings() const { return settings_; }

  // Signature, issuer, audience and times of an ID token, and what it says. kUnauthenticated or
  // kUnavailable, with one of the reasons above. A nonce that is not "" must be the token's.
  base::Result<WebIdentity> Verify(std::string_view token, std::string_view nonce = "");

  // Where a browser goes to sign in (OpenID Connect Core 1.0 section 3.1, RFC 7636). `verifier` is
  // a secret of 43 to 128 letters that the same browser's ExchangeCode needs.
  base::Result<std::string> AuthorizeUrl(const std::string& redirect_uri, const std::string& state,
                                         const std::string& nonce, const std::string& verifier);
  // The ID token for the code that the browser came back with.
  base::Result<std::string> ExchangeCode(const std::string& code, const std::string& redirect_uri,
                                         const std::string& verifier);

 private:
  struct Documents {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    JwtKeys keys;
    base::Time fetched_at;
  };
  using DocumentsPtr = std::shared_ptr<const Documents>;

  base::Result<DocumentsPtr> FetchDocuments();
  // Those that are known, or where they are old or lack the key, new ones.
  base::Result<DocumentsPtr> CurrentDocuments(const std::string& wanted_key);
  base::Status CheckTimes(const text::Json& claims) const;
  base::Status CheckAudience(const text::Json& claims) const;
  base::Result<WebIdentity> ReadIdentity(const text::Json& claims) const;

  const OidcSettings settings_;
  DocumentFetcher& fetcher_;
  const base::Clock& clock_;

  std::mutex fetching_;  // held while documents are fetched, so that one does it for all
  std::mutex mutex_;     // guards what follows
  DocumentsPtr documents_;
  std::optional<base::Time> tried_at_;
  std::string last_failure_;
};

}  // namespace penstock::iam
