// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "s3/authorization.h"
#include "text/url.h"

// AWS Signature Version 2 as S3 applies it (Amazon S3 user guide, "Signing and authenticating REST
// requests (AWS signature version 2)"): what boto3 presigns URLs with unless told otherwise, and
// older programs sign everything with.
namespace penstock::s3 {

// "AWS KEY:SIGNATURE" of the Authorization header. InvalidArgument where it is not of that form,
// AccessDenied where the request has no valid date.
base::Result<Authorization> ParseVersion2Header(const net::RequestHead& head,
                                                std::string_view value);

// Whether a query has a signature of version 2, or a part of one.
bool HasVersion2Query(const text::Query& query);
// AWSAccessKeyId, Expires and Signature. AccessDenied where one is missing or Expires is no time.
base::Result<Authorization> ParseVersion2Query(const net::RequestHead& head,
                                               const text::Query& query);

// Where clients differ in what they sign.
struct Version2Reading {
  // All parameters that change what a request does are covered; else those that botocore knows of,
  // which leaves out the younger ones.
  bool every_subresource = true;
  bool closed_bucket = false;  // "/bucket" is signed as "/bucket/"
  bool dated = true;           // Date counts, also where there is an x-amz-date
};

// `host_bucket`: the bucket that the Host field names; empty in path style.
std::string Version2StringToSign(const net::RequestHead& head, const text::Query& query,
                                 const Authorization& authorization, std::string_view host_bucket,
                                 const Version2Reading& reading = {});

// In base64, as requests carry it.
std::string Version2Signature(std::string_view secret_key, std::string_view string_to_sign);

// Whether the signature is the one that the secret makes. A presigned URL is in the hands of others
// than its signer, so that it must cover every subresource; of what its signer sends himself, what
// botocore covers is enough.
bool Version2Proves(std::string_view secret_key, const net::RequestHead& head,
                    const text::Query& query, const Authorization& authorization,
                    std::string_view host_bucket);

}  // namespace penstock::s3
