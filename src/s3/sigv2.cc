// SPDX-License-Identifier: Apache-2.0
#include "s3/sigv2.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operation_table.h"
#include "s3/request_date.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kScheme = "AWS ";
// Seconds since the epoch until which a clock of microseconds can count, and far beyond any use.
constexpr int64_t kMaxExpires = int64_t{1} << 40;

// What botocore covers, by name.
constexpr std::string_view kOfBotocore[] = {
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
};

bool Covers(const Version2Reading& reading, std::string_view parameter) {
  return std::find(std::begin(kOfBotocore), std::end(kOfBotocore), parameter) !=
             std::end(kOfBotocore) ||
         (reading.every_subresource && IsSubresource(parameter));
}

// "/bucket", with no key.
bool IsOpenBucket(const net::RequestHead& head, std::string_view host_bucket) {
  return host_bucket.empty() && head.path.size() > 1 && head.path.rfind('/') == 0;
}

// A header, which a presigned URL may also carry as a parameter in lower case.
std::string HeaderOrParameter(const net::RequestHead& head, const text::Query& query,
                              bool presigned, std::string_view name) {
  if (const std::string* value = head.headers.Find(name)) return std::string(base::Trim(*value));
  return presigned ? query.GetOr(name, "") : "";
}

// The x-amz-* fields, a line each, by name.
std::string CanonicalAmzHeaders(const net::RequestHead& head, const text::Query& query,
                                bool presigned) {
  std::map<std::string, std::string> fields;
  auto add = [&fields](std::string_view name, std::string_view value) {
    auto [field, fresh] = fields.try_emplace(std::string(name), base::Trim(value));
    if (!fresh) field->second.append(",").append(base::Trim(value));
  };
  for (const auto& [name, value] : head.headers.items()) {
    std::string lower = base::ToLower(name);
    if (lower.starts_with("x-amz-")) add(lower, value);
  }
  if (presigned) {
    for (const auto& [name, value] : query.items()) {
      if (name.starts_with("x-amz-") && !head.headers.Has(name)) add(name, value);
    }
  }
  std::string lines;
  for (const auto& [name, value] : fields)
    lines.append(name).append(":").append(value).append("\n");
  return lines;
}

// The path as it was sent, and the parameters that say what of it is meant.
std::string CanonicalResource(const net::RequestHead& head, const text::Query& query,
                              std::string_view host_bucket, const Version2Reading& reading) {
  std::string resource;
  if (!host_bucket.empty()) resource.append("/").append(host_bucket);
  resource.append(head.path.empty() ? "/" : head.path);
  if (reading.closed_bucket) resource.append("/");
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& item : query.items()) {
    if (Covers(reading, item.first)) parameters.push_back(item);
  }
  std::sort(parameters.begin(), parameters.end());
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    resource.append(1, std::exchange(separator, '&')).append(name);
    if (!value.empty()) resource.append("=").append(value);
  }
  return resource;
}

// Of the body such a signature says nothing, but the request may.
Status TakePayload(const net::Headers& headers, Authorization& out) {
  const std::string* hash = headers.Find("x-amz-content-sha256");
  if (hash == nullptr) return {};
  PENSTOCK_TRY(out.payload_kind, ParsePayloadKind(*hash));
  if (out.payload_kind == PayloadKind::kLiteral) out.payload_sha256 = base::ToLower(*hash);
  bool signed_chunks = out.payload_kind == PayloadKind::kSignedChunks ||
                       out.payload_kind == PayloadKind::kSignedChunksTrailer;
  if (!signed_chunks) return {};
  return Refuse(code::kInvalidRequest, "Signed chunks need a signature of version 4.");
}

}  // namespace

Result<Authorization> ParseVersion2Header(const net::RequestHead& head, std::string_view value) {
  Authorization out;
  out.version2 = true;
  std::string_view pair = base::Trim(value.substr(std::min(kScheme.size(), value.size())));
  size_t colon = pair.rfind(':');
  bool complete = value.starts_with(kScheme) && colon != std::string_view::npos && colon > 0 &&
                  colon + 1 < pair.size();
  if (!complete) {
    return Refuse(code::kInvalidArgument,
                  "AWS authorization header is invalid. Expected AWS AccessKeyId:signature");
  }
  out.access_key = pair.substr(0, colon);
  out.signature = pair.substr(colon + 1);
  PENSTOCK_TRY(out.signed_at, ParseRequestDate(head.headers));
  // Where x-amz-date is sent it stands among the x-amz-* fields already. Not so with botocore,
  // which signs a Date of its own as well.
  out.version2_date = head.headers.GetOr("date", "");
  out.session_token = head.headers.GetOr("x-amz-security-token", "");
  PENSTOCK_RETURN_IF_ERROR(TakePayload(head.headers, out));
  return out;
}

bool HasVersion2Query(const text::Query& query) {
  return query.Has("AWSAccessKeyId") || query.Has("Signature");
}

Result<Authorization> ParseVersion2Query(const net::RequestHead& head, const text::Query& query) {
  Authorization out;
  out.version2 = true;
  out.presigned = true;
  out.access_key = query.GetOr("AWSAccessKeyId", "");
  out.signature = query.GetOr("Signature", "");
  out.version2_date = query.GetOr("Expires", "");
  if (out.access_key.empty() || out.signature.empty() || out.version2_date.empty()) {
    return Refuse(code::kAccessDenied,
                  "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
                  "parameters");
  }
  const std::string& text = out.version2_date;
  int64_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Refuse(code::kAccessDenied, "Invalid date (should be seconds since epoch): " + text);
  }
  seconds = std::clamp<int64_t>(seconds, 0, kMaxExpires);
  out.expires_at = base::Time(std::chrono::seconds(seconds));
  out.session_token = HeaderOrParameter(head, query, true, "x-amz-security-token");
  PENSTOCK_RETURN_IF_ERROR(TakePayload(head.headers, out));
  return out;
}

std::string Version2StringToSign(const net::RequestHead& head, const text::Query& query,
                                 const Authorization& authorization, std::string_view host_bucket,
                                 const Version2Reading& reading) {
  bool presigned = authorization.presigned;
  std::string text = head.method + "\n";
  text += HeaderOrParameter(head, query, presigned, "content-md5") + "\n";
  text += HeaderOrParameter(head, query, presigned, "content-type") + "\n";
  if (reading.dated) text += authorization.version2_date;
  text += "\n";
  text += CanonicalAmzHeaders(head, query, presigned);
  return text + CanonicalResource(head, query, host_bucket, reading);
}

std::string Version2Signature(std::string_view secret_key, std::string_view string_to_sign) {
  return base::Base64Encode(crypto::HmacSha1(secret_key, string_to_sign));
}

bool Version2Proves(std::string_view secret_key, const net::RequestHead& head,
                    const text::Query& query, const Authorization& authorization,
                    std::string_view host_bucket) {
  auto proves = [&](Version2Reading reading) {
    std::string expected = Version2Signature(
        secret_key, Version2StringToSign(head, query, authorization, host_bucket, reading));
    return base::ConstantTimeEquals(expected, authorization.signature);
  };
  bool open_bucket = IsOpenBucket(head, host_bucket);
  for (bool closed : {false, true}) {
    if (closed && !open_bucket) break;
    if (proves({.closed_bucket = closed})) return true;
    if (authorization.presigned) continue;
    if (proves({.every_subresource = false, .closed_bucket = closed})) return true;
    // As it is written: where there is an x-amz-date, no Date counts.
    bool redated = head.headers.Has("x-amz-date");
    if (redated && proves({.closed_bucket = closed, .dated = false})) return true;
  }
  return false;
}

}  // namespace penstock::s3
