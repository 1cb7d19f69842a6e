// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/api_tokens.h"
#include "iam/bearer_tokens.h"
#include "iam/credentials.h"
#include "iam/identities.h"
#include "iam/web_sessions.h"
#include "kfp/api_access.h"
#include "server/listen_address.h"
#include "server/root_keys.h"
#include "server/server.h"

namespace penstock::server {

// What there is to sign in to the pipelines API with; browsers and tokens are there whether it asks
// for credentials or not.
class ApiSignIn {
 public:
  // All must outlive it; the provider may be null.
  ApiSignIn(const iam::Identities& identities, const iam::CredentialStore& credentials,
            const iam::Sessions& sessions, iam::OidcProvider* provider,
            const std::string& metrics_token, const base::Clock& clock, base::Random& random)
      : tokens_(identities.key(), credentials, clock, random),
        bearers_(tokens_, provider, sessions),
        browsers_(clock, random),
        access_({bearers_, sessions, browsers_, clock, metrics_token}) {}

  const iam::ApiTokens& tokens() const { return tokens_; }
  iam::WebSessions& browsers() { return browsers_; }
  const kfp::ApiAccess& access() const { return access_; }

 private:
  iam::ApiTokens tokens_;
  iam::BearerTokens bearers_;
  iam::WebSessions browsers_;
  kfp::ApiAccess access_;
};

// Whether the API may listen there: beyond loopback only with sign-in, and with keys that not
// everybody knows. kInvalidArgument with the remedy; a warning where secrets would travel readable.
base::Status CheckApiReach(const ServerConfig& config, const ListenAddress& address,
                           const RootKeys& root_keys, base::Logger& logger);

}  // namespace penstock::server
