// SPDX-License-Identifier: Apache-2.0
#include "s3/cors/cors_headers.h"

#include <algorithm>
#include <string>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

std::string Join(const std::vector<std::string>& items) {
  std::string joined;
  for (const std::string& item : items) joined.append(joined.empty() ? "" : ", ").append(item);
  return joined;
}

bool IsForAll(const CorsRule& rule) {
  return std::find(rule.origins.begin(), rule.origins.end(), "*") != rule.origins.end();
}

// An origin that was named may also send what it has of the user's (cookies, client certificates).
void AddRule(const CorsRule& rule, const std::string& origin, net::Headers& headers) {
  headers.Set("Access-Control-Allow-Origin", IsForAll(rule) ? "*" : origin);
  if (!IsForAll(rule)) headers.Set("Access-Control-Allow-Credentials", "true");
  headers.Set("Access-Control-Allow-Methods", Join(rule.methods));
  if (!rule.exposed_headers.empty()) {
    headers.Set("Access-Control-Expose-Headers", Join(rule.exposed_headers));
  }
  if (rule.max_age_seconds) {
    headers.Set("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  }
  // A cache must not give one origin's answer to another.
  headers.Add("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

}  // namespace

void AddCorsHeaders(const CorsRules& rules, const net::RequestHead& request,
                    net::Headers& headers) {
  const std::string* origin = request.headers.Find("origin");
  if (origin == nullptr) return;
  const std::string* method = request.headers.Find("access-control-request-method");
  const CorsRule* rule = rules.Find({*origin, method == nullptr ? request.method : *method});
  if (rule != nullptr) AddRule(*rule, *origin, headers);
}

base::Result<net::Headers> AnswerPreflight(const CorsRules* rules,
                                           const net::RequestHead& request) {
  const std::string* origin = request.headers.Find("origin");
  const std::string* method = request.headers.Find("access-control-request-method");
  if (origin == nullptr || origin->empty()) {
    return Refuse(code::kInvalidRequest, "Insufficient information. Origin request header needed.");
  }
  if (method == nullptr || method->empty()) {
    return Refuse(code::kInvalidRequest, "Invalid Access-Control-Request-Method: null");
  }
  if (rules == nullptr) return Refuse(code::kAccessForbidden);
  std::string wanted = request.headers.GetOr("access-control-request-headers", "");
  const CorsRule* rule = rules->Find({*origin, *method, wanted});
  if (rule == nullptr) {
    return Refuse(code::kAccessForbidden,
                  "CORSResponse: This CORS request is not allowed. This is usually because the "
                  "evalution of Origin, request method / Access-Control-Request-Method or "
                  "Access-Control-Request-Headers are not whitelisted by the resource's CORS "
                  "spec.");
  }
  net::Headers headers;
  AddRule(*rule, *origin, headers);
  if (!wanted.empty()) headers.Set("Access-Control-Allow-Headers", wanted);
  return headers;
}

}  // namespace penstock::s3
