// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "iam/identity_key.h"
#include "iam/oidc_provider.h"
#include "iam/sessions.h"
#include "iam/web_sessions.h"
#include "net/http.h"

namespace penstock::sts {

// What signing in works with. The references must outlive the handler.
struct SignInServices {
  iam::OidcProvider* identity_provider;  // null where none is set up
  const iam::KeySource& keys;            // of those who sign in with them
  iam::Sessions& sessions;
  iam::WebSessions& browsers;
  const iam::IdentityKey& key;  // seals what a browser keeps between two steps
  const base::Clock& clock;
  base::Random& random;
  base::Logger& logger;
};

struct SignInOptions {
  // Where the provider sends browsers back to, which must be kCallbackPath of this address as
  // browsers know it, and registered with the provider; "": made of the Host field.
  std::string redirect_uri;
  // The S3 address, as the page is told it: "http" or "https", and the host; "" for the host of the
  // request.
  std::string s3_scheme = "http";
  std::string s3_host;
  uint16_t s3_port = 0;
  std::string region;
};

inline constexpr std::string_view kSignInPath = "/penstock/sign-in";
inline constexpr std::string_view kCallbackPath = "/penstock/sign-in/done";
inline constexpr std::string_view kSessionPath = "/penstock/session";
inline constexpr std::string_view kSignOutPath = "/penstock/sign-out";

// Signs browsers in, with an OpenID Connect provider (authorization code with PKCE) or with keys,
// gives them a cookie that the pipelines API takes, and the page temporary keys for S3:
//   GET  /penstock/sign-in?return_to=/page   redirects to the provider
//   GET  /penstock/sign-in/done              where the provider sends the browser back to
//   GET  /penstock/session                   whose session it is, and its keys; 401 for none
//   POST /penstock/session                   {"access_key", "secret_key"}: signs in with them
//   POST /penstock/sign-out                  ends the session
// All other requests are those of `others`, which must outlive the handler.
std::unique_ptr<net::Handler> MakeSignInHandler(const SignInServices& services,
                                                SignInOptions options, net::Handler& others);

}  // namespace penstock::sts
