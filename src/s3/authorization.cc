// SPDX-License-Identifier: Apache-2.0
#include "s3/authorization.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/request_date.h"
#include "s3/sigv2.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr int64_t kMaxExpires = 604800;  // a week

// The two places where a signature may be have their own codes and ways to say the same things.
struct Place {
  std::string_view wire_code;
  std::string_view lead;
  auto Refuse(std::string_view what) const {
    return s3::Refuse(wire_code, std::string(lead) + std::string(what));
  }
};
constexpr Place kHeaderPlace{code::kAuthorizationHeaderMalformed,
                             "The authorization header is malformed; "};
constexpr Place kQueryPlace{code::kAuthorizationQueryParametersError, ""};

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Cuts what follows the last '/' off and returns it.
Result<std::string> CutLast(std::string_view& text, const Place& place) {
  size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) {
    return place.Refuse(
        "the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  std::string last(text.substr(slash + 1));
  text = text.substr(0, slash);
  return last;
}

// From the right, because an access key may itself have a '/'.
Status ParseCredential(std::string_view text, const Place& place, std::string_view service,
                       Authorization& out) {
  PENSTOCK_TRY(std::string terminal, CutLast(text, place));
  PENSTOCK_TRY(out.scope.service, CutLast(text, place));
  PENSTOCK_TRY(out.scope.region, CutLast(text, place));
  PENSTOCK_TRY(out.scope.date, CutLast(text, place));
  out.access_key = text;
  if (terminal != "aws4_request") {
    return place.Refuse("incorrect terminal. This endpoint uses \"aws4_request\".");
  }
  if (out.scope.service != service) {
    return place.Refuse("incorrect service. This endpoint belongs to \"" + std::string(service) +
                        "\".");
  }
  if (out.scope.date.size() != 8 || !AllDigits(out.scope.date)) {
    return place.Refuse(
        "incorrect date format. This date in the credential must be in the format "
        "\"yyyyMMdd\".");
  }
  if (out.access_key.empty())
    return place.Refuse("a non-empty Access Key (AKID) must be provided.");
  return {};
}

Status ParseSignedHeaders(std::string_view text, const Place& place, Authorization& out) {
  while (!text.empty()) {
    size_t end = std::min(text.find(';'), text.size());
    if (end == 0) return place.Refuse("SignedHeaders holds an empty name.");
    if (out.signed_headers.size() == net::kMaxHeaderFields) {
      return place.Refuse("SignedHeaders holds too many names.");
    }
    out.signed_headers.push_back(base::ToLower(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  auto& names = out.signed_headers;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (!std::binary_search(names.begin(), names.end(), "host")) {
    return place.Refuse("the host header must be signed.");
  }
  return {};
}

Status ParseSignature(std::string_view text, const Place& place, Authorization& out) {
  if (text.empty()) return place.Refuse("missing Signature.");
  out.signature = text;  // compared as it is: nothing but 64 lower-case digits can match
  return {};
}

// "Credential=…, SignedHeaders=…, Signature=…"; clients differ in the blanks after the commas.
Status ParseHeaderFields(std::string_view text, std::string_view service, Authorization& out) {
  std::string_view credential, signed_headers, signature;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    std::string_view field = base::Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t equals = field.find('=');
    std::string_view name = field.substr(0, equals);
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    if (name == "Credential") credential = value;
    if (name == "SignedHeaders") signed_headers = value;
    if (name == "Signature") signature = value;
  }
  if (credential.empty()) return kHeaderPlace.Refuse("missing Credential.");
  if (signed_headers.empty()) return kHeaderPlace.Refuse("missing SignedHeaders.");
  PENSTOCK_RETURN_IF_ERROR(ParseCredential(credential, kHeaderPlace, service, out));
  PENSTOCK_RETURN_IF_ERROR(ParseSignedHeaders(signed_headers, kHeaderPlace, out));
  return ParseSignature(signature, kHeaderPlace, out);
}

Status CheckScopeDate(const Place& place, const Authorization& authorization) {
  if (authorization.amz_date.substr(0, 8) == authorization.scope.date) return {};
  return place.Refuse("Invalid credential date. This date is not the same as X-Amz-Date.");
}

Status TakeHeaderDate(const net::Headers& headers, Authorization& out) {
  PENSTOCK_TRY(out.signed_at, ParseRequestDate(headers));
  out.amz_date = base::FormatAmzDate(out.signed_at);
  return CheckScopeDate(kHeaderPlace, out);
}

Status TakePayloadHash(const std::string& hash, Authorization& out) {
  PENSTOCK_TRY(out.payload_kind, ParsePayloadKind(hash));
  if (out.payload_kind == PayloadKind::kLiteral) out.payload_sha256 = base::ToLower(hash);
  return {};
}

// The younger services know version 4 only.
auto RefuseVersion2() {
  return Refuse(code::kInvalidRequest,
                "The authorization mechanism you have provided is not supported. Please use "
                "AWS4-HMAC-SHA256.");
}

Result<Authorization> ParseHeaderAuthorization(const net::RequestHead& head, std::string_view value,
                                               std::string_view service,
                                               std::string_view body_sha256) {
  Authorization out;
  if (value.starts_with("AWS ")) {
    if (service != kS3Service) return RefuseVersion2();
    return ParseVersion2Header(head, value);
  }
  if (!value.starts_with(kAlgorithm) ||
      (value.size() > kAlgorithm.size() && value[kAlgorithm.size()] != ' ')) {
    return Refuse(code::kInvalidArgument, "Unsupported Authorization Type");
  }
  PENSTOCK_RETURN_IF_ERROR(ParseHeaderFields(value.substr(kAlgorithm.size()), service, out));
  PENSTOCK_RETURN_IF_ERROR(TakeHeaderDate(head.headers, out));
  out.session_token = head.headers.GetOr("x-amz-security-token", "");
  out.payload_hash = head.headers.GetOr("x-amz-content-sha256", body_sha256);
  if (out.payload_hash.empty()) {
    return Refuse(code::kInvalidRequest,
                  "Missing required header for this request: x-amz-content-sha256");
  }
  PENSTOCK_RETURN_IF_ERROR(TakePayloadHash(out.payload_hash, out));
  return out;
}

Status ParseQueryDate(const text::Query& query, Authorization& out) {
  auto time = base::ParseAmzDate(query.GetOr("X-Amz-Date", ""));
  if (!time) {
    return kQueryPlace.Refuse(
        "X-Amz-Date must be in the ISO8601 Long Format "
        "\"yyyyMMdd'T'HHmmss'Z'\"");
  }
  out.signed_at = *time;
  out.amz_date = base::FormatAmzDate(*time);
  return CheckScopeDate(kQueryPlace, out);
}

Status ParseExpires(std::string_view text, Authorization& out) {
  int64_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || end != text.data() + text.size() ||
      (error != std::errc() && error != std::errc::result_out_of_range)) {
    return kQueryPlace.Refuse("X-Amz-Expires should be a number");
  }
  if (text.starts_with('-')) return kQueryPlace.Refuse("X-Amz-Expires must be non-negative");
  if (error != std::errc() || seconds > kMaxExpires) {
    return kQueryPlace.Refuse(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
        "must be less than 604800 seconds");
  }
  out.expires = std::chrono::seconds(seconds);
  return {};
}

// A presigned request does not cover its body, unless a signed x-amz-content-sha256 says otherwise.
// An unsigned header of that name still says how the body is framed.
Status ParseQueryPayload(const net::RequestHead& head, const text::Query& query,
                         Authorization& out) {
  out.payload_hash = "UNSIGNED-PAYLOAD";
  const std::string* header = head.headers.Find("x-amz-content-sha256");
  bool is_signed = std::binary_search(out.signed_headers.begin(), out.signed_headers.end(),
                                      "x-amz-content-sha256");
  if (const std::string* parameter = query.Find("X-Amz-Content-Sha256")) {
    out.payload_hash = *parameter;
    return TakePayloadHash(*parameter, out);
  }
  if (header == nullptr) return {};
  if (is_signed) out.payload_hash = *header;
  return TakePayloadHash(*header, out);
}

Result<Authorization> ParseQueryAuthorization(const net::RequestHead& head,
                                              const text::Query& query, std::string_view service) {
  Authorization out;
  out.presigned = true;
  for (std::string_view name : {"X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date",
                                "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
    if (!query.Has(name)) return Refuse(code::kAuthorizationQueryParametersError);
  }
  if (query.GetOr("X-Amz-Algorithm", "") != kAlgorithm) {
    return kQueryPlace.Refuse("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  PENSTOCK_RETURN_IF_ERROR(
      ParseCredential(query.GetOr("X-Amz-Credential", ""), kQueryPlace, service, out));
  PENSTOCK_RETURN_IF_ERROR(
      ParseSignedHeaders(query.GetOr("X-Amz-SignedHeaders", ""), kQueryPlace, out));
  PENSTOCK_RETURN_IF_ERROR(ParseSignature(query.GetOr("X-Amz-Signature", ""), kQueryPlace, out));
  PENSTOCK_RETURN_IF_ERROR(ParseQueryDate(query, out));
  PENSTOCK_RETURN_IF_ERROR(ParseExpires(query.GetOr("X-Amz-Expires", ""), out));
  out.session_token = query.GetOr("X-Amz-Security-Token", "");
  PENSTOCK_RETURN_IF_ERROR(ParseQueryPayload(head, query, out));
  return out;
}

}  // namespace

Result<Authorization> ParseAuthorization(const net::RequestHead& head, const text::Query& query,
                                         std::string_view service, std::string_view body_sha256) {
  const std::string* header = head.headers.Find("authorization");
  bool in_query = query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature");
  bool version2 = HasVersion2Query(query);
  if (header != nullptr && (in_query || version2)) {
    return Refuse(code::kInvalidArgument,
                  "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                  "Signature query string parameter or the Authorization header should be "
                  "specified");
  }
  if (header != nullptr) return ParseHeaderAuthorization(head, *header, service, body_sha256);
  if (in_query) return ParseQueryAuthorization(head, query, service);
  if (version2) return service == kS3Service ? ParseVersion2Query(head, query) : RefuseVersion2();
  return Refuse(code::kAccessDenied);
}

bool IsSigned(const net::RequestHead& head, const text::Query& query) {
  const std::string* header = head.headers.Find("authorization");
  return (header != nullptr && !header->empty()) || query.Has("X-Amz-Algorithm") ||
         query.Has("X-Amz-Signature") || query.Has("X-Amz-Credential") || HasVersion2Query(query);
}

Result<Authorization> ParseAnonymous(const net::RequestHead& head) {
  Authorization out;
  const std::string* hash = head.headers.Find("x-amz-content-sha256");
  if (hash == nullptr) return out;
  PENSTOCK_RETURN_IF_ERROR(TakePayloadHash(*hash, out));
  bool signed_chunks = out.payload_kind == PayloadKind::kSignedChunks ||
                       out.payload_kind == PayloadKind::kSignedChunksTrailer;
  if (signed_chunks) return Refuse(code::kAccessDenied);
  return out;
}

Result<Authorization> ParseFormCredential(std::string_view credential) {
  constexpr Place kFormPlace{code::kInvalidArgument, ""};
  Authorization out;
  PENSTOCK_RETURN_IF_ERROR(ParseCredential(credential, kFormPlace, kS3Service, out));
  return out;
}

}  // namespace penstock::s3
