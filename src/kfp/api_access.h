// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "iam/bearer_tokens.h"
#include "iam/principal.h"
#include "iam/sessions.h"
#include "iam/web_sessions.h"
#include "net/http.h"

namespace penstock::kfp {

// What signing in stands on. The references must outlive what is made of it.
struct AccessServices {
  const iam::BearerTokens& tokens;
  const iam::Sessions& sessions;
  const iam::WebSessions& browsers;
  const base::Clock& clock;
  std::string metrics_token;  // a secret that reads /metrics; "" for none
};

// Who may use the API where it asks for credentials: a bearer token, or the cookie of a browser
// that is signed in. Thread-safe.
class ApiAccess {
 public:
  explicit ApiAccess(AccessServices services) : services_(std::move(services)) {}

  // Whose request it is. kUnauthenticated, with how to sign in, where it is nobody's.
  base::Result<iam::PrincipalPtr> Authenticate(const net::Request& request) const;
  // kPermissionDenied, naming the action, where no policy allows it or one denies it.
  base::Status Check(const iam::Principal& who, std::string_view action,
                     const net::Request& request) const;
  // Those of the actions that are allowed, in their order.
  std::vector<std::string_view> Allowed(const iam::Principal& who,
                                        const std::vector<std::string_view>& actions,
                                        const net::Request& request) const;
  // Whether the metrics may be read without signing in: by this machine itself without credentials,
  // or with their own token; as on the S3 address.
  bool MayReadMetrics(const net::Request& request) const;

 private:
  base::Result<iam::PrincipalPtr> OfCookie(const net::Request& request) const;

  const AccessServices services_;
};

// The name of whoever it is, for people and logs.
std::string CallerName(const iam::Principal& who);

}  // namespace penstock::kfp
