// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"
#include "text/url.h"

// AWS Signature Version 4 as S3 applies it, as pure functions (Amazon S3 API reference,
// "Authenticating Requests (AWS Signature Version 4)").
namespace penstock::s3 {

// What a signature is valid for. The texts come from the request and are not trusted.
struct CredentialScope {
  std::string date;  // "20130524"
  std::string region;
  std::string service;

  std::string Text() const;  // "20130524/us-east-1/s3/aws4_request"
};

// The path decoded and encoded again, once: '/' stays, all else but unreserved characters is
// escaped. kInvalidArgument where an escape is broken.
base::Result<std::string> CanonicalPath(std::string_view raw_path);

// Sorted by encoded name, then value; X-Amz-Signature is left out.
std::string CanonicalQuery(const text::Query& query);

// Runs of blanks within a header's value count as one; those around it do not count.
std::string FoldBlanks(std::string_view value);

// `signed_headers` in lower case, sorted, without doubles. A header that is absent signs as empty.
base::Result<std::string> CanonicalRequest(const net::RequestHead& head, const text::Query& query,
                                           const std::vector<std::string>& signed_headers,
                                           std::string_view payload_hash);

std::string StringToSign(std::string_view amz_date, const CredentialScope& scope,
                         std::string_view canonical_request);

// The key of one day, region and service; raw bytes, a secret.
std::string SigningKey(std::string_view secret_key, const CredentialScope& scope);

// 64 hexadecimal digits, lower case.
std::string Signature(std::string_view signing_key, std::string_view string_to_sign);

// The texts whose signatures chain an aws-chunked body together; digests in lower-case hex.
std::string ChunkStringToSign(std::string_view amz_date, std::string_view scope_text,
                              std::string_view previous_signature, std::string_view chunk_sha256);
std::string TrailerStringToSign(std::string_view amz_date, std::string_view scope_text,
                                std::string_view previous_signature,
                                std::string_view trailer_sha256);

}  // namespace penstock::s3
