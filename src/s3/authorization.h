// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "s3/payload_kind.h"
#include "s3/sigv4.h"
#include "text/url.h"

namespace penstock::s3 {

inline constexpr std::string_view kS3Service = "s3";

// What a request says about who signed it and how. The syntax has been checked, nothing else.
struct Authorization {
  bool presigned = false;
  bool form = false;      // of a browser's upload
  bool version2 = false;  // the former version of signatures (sigv2.h)
  std::string access_key;
  CredentialScope scope;
  std::vector<std::string> signed_headers;  // lower case, sorted, without doubles
  std::string signature;                    // lower-case hex; of version 2 base64
  std::string amz_date;                     // "20130524T000000Z"
  base::Time signed_at;
  std::optional<std::chrono::seconds> expires;  // presigned only
  std::optional<base::Time> expires_at;         // the same, of version 2
  std::string version2_date;                    // the text that a signature of version 2 covers
  std::string session_token;                    // empty where none was sent
  std::string payload_hash;                     // the text that goes into the canonical request
  PayloadKind payload_kind = PayloadKind::kUnsigned;
  std::string payload_sha256;  // lower-case hex, for kLiteral
};

// Reads the Authorization header or the X-Amz-* query parameters. The errors carry S3 codes:
// AccessDenied where the request is not signed at all, and what S3 answers for each malformation.
// The signature must be for `service`. Services whose clients do not send x-amz-content-sha256 give
// the digest of the body that they have read, in lower-case hex.
base::Result<Authorization> ParseAuthorization(const net::RequestHead& head,
                                               const text::Query& query,
                                               std::string_view service = kS3Service,
                                               std::string_view body_sha256 = "");

// Whether a request names a signer at all; what does not is anonymous.
bool IsSigned(const net::RequestHead& head, const text::Query& query);

// What an anonymous request says about its body.
base::Result<Authorization> ParseAnonymous(const net::RequestHead& head);

// The x-amz-credential of a form: access key and scope. InvalidArgument.
base::Result<Authorization> ParseFormCredential(std::string_view credential);

}  // namespace penstock::s3
