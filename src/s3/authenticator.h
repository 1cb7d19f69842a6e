// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "iam/credentials.h"
#include "net/http.h"
#include "s3/authorization.h"
#include "text/url.h"

namespace penstock::s3 {

// Who sent a request, proven, and what is needed to verify the rest of its body.
struct Identity {
  iam::PrincipalPtr principal;  // null: anonymous
  Authorization authorization;
  std::string signing_key;  // a secret
};

// Proves signatures. Stateless but for the references, which must outlive it; thread-safe.
class Authenticator {
 public:
  // An empty region accepts signatures for any. Signatures must be for the service: what is signed
  // for one cannot be sent to another.
  Authenticator(std::string region, const iam::CredentialStore& credentials,
                const base::Clock& clock, std::string service = std::string(kS3Service))
      : region_(std::move(region)),
        service_(std::move(service)),
        credentials_(credentials),
        clock_(clock) {}

  // The errors carry S3 codes. The principal is not null: an anonymous request is an error. For
  // body_sha256 see ParseAuthorization; `host_bucket` is the bucket that the Host field names.
  base::Result<Identity> Authenticate(const net::RequestHead& head, const text::Query& query,
                                      std::string_view body_sha256 = "",
                                      std::string_view host_bucket = "") const;
  // Of a browser's form: who has signed the text, which is its policy as it came.
  base::Result<Identity> AuthenticateForm(Authorization authorization, std::string_view text) const;

 private:
  base::Result<iam::PrincipalPtr> FindPrincipal(const Authorization& authorization) const;
  base::Status CheckRegion(const Authorization& authorization, const text::Query& query) const;
  base::Status CheckTime(const Authorization& authorization) const;

  const std::string region_;
  const std::string service_;
  const iam::CredentialStore& credentials_;
  const base::Clock& clock_;
};

}  // namespace penstock::s3
