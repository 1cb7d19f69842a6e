// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/http_client.h"

namespace penstock::admin {

struct SigningKeys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // of temporary keys only
};

// Signs a request for the admin API (SigV4, service kService): adds the Authorization field and
// what it needs. The URL must be the one that Fetch will be given.
base::Status SignRequest(net::ClientRequest& request, const SigningKeys& keys, base::Time now);

}  // namespace penstock::admin
