// SPDX-License-Identifier: Apache-2.0
#include "admin/signing.h"

#include <algorithm>
#include <vector>

#include "admin/admin_handler.h"
#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/sigv4.h"
#include "text/url.h"

namespace penstock::admin {
namespace {

constexpr std::string_view kRegion = "us-east-1";  // any would do

std::string HostOf(const text::Url& url) {
  std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return url.port ? host + ":" + std::to_string(*url.port) : host;
}

}  // namespace

base::Status SignRequest(net::ClientRequest& request, const SigningKeys& keys, base::Time now) {
  PENSTOCK_TRY(text::Url url, text::ParseUrl(request.url));
  std::string date = base::FormatAmzDate(now);
  std::string hash = base::HexEncode(crypto::Sha256(request.body));
  request.headers.Set("x-amz-date", date);
  request.headers.Set("x-amz-content-sha256", hash);
  if (!keys.session_token.empty()) {
    request.headers.Set("x-amz-security-token", keys.session_token);
  }
  net::RequestHead head;
  head.method = request.method;
  head.path = url.path;
  head.query = url.query;
  head.headers = request.headers;
  head.headers.Set("host", HostOf(url));
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers.items()) names.push_back(base::ToLower(name));
  std::sort(names.begin(), names.end());
  PENSTOCK_TRY(text::Query query, text::Query::Parse(url.query));
  PENSTOCK_TRY(std::string canonical, s3::CanonicalRequest(head, query, names, hash));
  s3::CredentialScope scope{date.substr(0, 8), std::string(kRegion), std::string(kService)};
  std::string signature = s3::Signature(s3::SigningKey(keys.secret_key, scope),
                                        s3::StringToSign(date, scope, canonical));
  std::string signed_names;
  for (const std::string& name : names) signed_names += (signed_names.empty() ? "" : ";") + name;
  request.headers.Set("authorization", "AWS4-HMAC-SHA256 Credential=" + keys.access_key + "/" +
                                           scope.Text() + ", SignedHeaders=" + signed_names +
                                           ", Signature=" + signature);
  return {};
}

}  // namespace penstock::admin
