// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "iam/credentials.h"
#include "iam/oidc_provider.h"
#include "iam/sessions.h"
#include "net/http.h"
#include "s3/request_record.h"

namespace penstock::sts {

// What the handler works with. The references must outlive it.
struct StsServices {
  const iam::CredentialStore& credentials;
  iam::Sessions& sessions;
  iam::OidcProvider* identity_provider;  // null where none is set up
  const base::Clock& clock;
  base::Logger& logger;
  s3::RequestObserver* observer = nullptr;  // may be null
};

// Whether a request on the S3 address is for STS: a form posted to "/", or parameters that name an
// action. S3 has no such request.
bool IsStsRequest(const net::RequestHead& head);

// Answers AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity.
std::unique_ptr<net::Handler> MakeStsHandler(const StsServices& services);

// Sends each request to the one of the two that it is for.
std::unique_ptr<net::Handler> MakeStsOrS3Handler(net::Handler& sts, net::Handler& s3);

}  // namespace penstock::sts
