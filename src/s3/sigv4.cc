// SPDX-License-Identifier: Apache-2.0
#include "s3/sigv4.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kEmptySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// The lines with line feeds between them.
std::string Lines(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (std::string_view line : lines) text.append(line).append("\n");
  text.pop_back();
  return text;
}

// All values of the header, in order, as one.
std::string JoinedValue(const net::Headers& headers, std::string_view name) {
  std::string joined;
  bool first = true;
  for (const auto& [item_name, value] : headers.items()) {
    if (!base::EqualsIgnoreCase(item_name, name)) continue;
    if (!std::exchange(first, false)) joined.push_back(',');
    joined.append(FoldBlanks(value));
  }
  return joined;
}

}  // namespace

std::string CredentialScope::Text() const {
  return date + "/" + region + "/" + service + "/aws4_request";
}

Result<std::string> CanonicalPath(std::string_view raw_path) {
  if (raw_path.empty()) return std::string("/");
  PENSTOCK_TRY(std::string decoded, text::PercentDecode(raw_path));
  return text::PercentEncode(decoded, /*keep_slash=*/true);
}

std::string CanonicalQuery(const text::Query& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(query.items().size());
  for (const auto& [name, value] : query.items()) {
    if (name == "X-Amz-Signature") continue;
    encoded.emplace_back(text::PercentEncode(name), text::PercentEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string canonical;
  for (const auto& [name, value] : encoded) {
    if (!canonical.empty()) canonical.push_back('&');
    canonical.append(name).append("=").append(value);
  }
  return canonical;
}

std::string FoldBlanks(std::string_view value) {
  std::string folded;
  folded.reserve(value.size());
  for (char c : base::Trim(value)) {
    bool blank = c == ' ' || c == '\t';
    if (!blank) {
      folded.push_back(c);
    } else if (!folded.ends_with(' ')) {
      folded.push_back(' ');
    }
  }
  return folded;
}

Result<std::string> CanonicalRequest(const net::RequestHead& head, const text::Query& query,
                                     const std::vector<std::string>& signed_headers,
                                     std::string_view payload_hash) {
  auto path = CanonicalPath(head.path);
  if (!path) return Refuse(code::kInvalidUri);
  std::string canonical = head.method + "\n" + *path + "\n" + CanonicalQuery(query) + "\n";
  std::string names;
  for (const std::string& name : signed_headers) {
    canonical.append(name).append(":").append(JoinedValue(head.headers, name)).append("\n");
    if (!names.empty()) names.push_back(';');
    names.append(name);
  }
  canonical.append("\n").append(names).append("\n").append(payload_hash);
  return canonical;
}

std::string StringToSign(std::string_view amz_date, const CredentialScope& scope,
                         std::string_view canonical_request) {
  return Lines(
      {kAlgorithm, amz_date, scope.Text(), base::HexEncode(crypto::Sha256(canonical_request))});
}

std::string SigningKey(std::string_view secret_key, const CredentialScope& scope) {
  std::string key = crypto::HmacSha256("AWS4" + std::string(secret_key), scope.date);
  key = crypto::HmacSha256(key, scope.region);
  key = crypto::HmacSha256(key, scope.service);
  return crypto::HmacSha256(key, "aws4_request");
}

std::string Signature(std::string_view signing_key, std::string_view string_to_sign) {
  return base::HexEncode(crypto::HmacSha256(signing_key, string_to_sign));
}

std::string ChunkStringToSign(std::string_view amz_date, std::string_view scope_text,
                              std::string_view previous_signature, std::string_view chunk_sha256) {
  return Lines({"AWS4-HMAC-SHA256-PAYLOAD", amz_date, scope_text, previous_signature, kEmptySha256,
                chunk_sha256});
}

std::string TrailerStringToSign(std::string_view amz_date, std::string_view scope_text,
                                std::string_view previous_signature,
                                std::string_view trailer_sha256) {
  return Lines(
      {"AWS4-HMAC-SHA256-TRAILER", amz_date, scope_text, previous_signature, trailer_sha256});
}

}  // namespace penstock::s3
