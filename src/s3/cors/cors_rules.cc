// SPDX-License-Identifier: Apache-2.0
#include "s3/cors/cors_rules.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};
constexpr size_t kMaxItems = 100;  // of one list in a rule

template <typename Matches>
bool AnyOf(const std::vector<std::string>& items, Matches matches) {
  return std::any_of(items.begin(), items.end(), matches);
}

bool AllowsHeader(const CorsRule& rule, std::string_view name) {
  std::string lower = base::ToLower(name);
  return AnyOf(rule.allowed_headers,
               [&](const std::string& pattern) { return MatchesOneWildcard(pattern, lower); });
}

// A list with commas; empty members say nothing.
bool AllowsHeaders(const CorsRule& rule, std::string_view names) {
  while (!names.empty()) {
    size_t end = std::min(names.find(','), names.size());
    std::string_view name = base::Trim(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
    if (!name.empty() && !AllowsHeader(rule, name)) return false;
  }
  return true;
}

// Goes back into a header field.
bool IsHeaderText(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
}

Status CheckWildcard(std::string_view what, std::string_view value) {
  if (!IsHeaderText(value)) return Refuse(code::kMalformedXml);
  if (std::count(value.begin(), value.end(), '*') <= 1) return {};
  return Refuse(code::kInvalidRequest, std::string(what) + " \"" + std::string(value) +
                                           "\" can not have more than one wildcard.");
}

Status AddMethod(const std::string& method, CorsRule& rule) {
  if (std::find(std::begin(kMethods), std::end(kMethods), method) == std::end(kMethods)) {
    return Refuse(code::kInvalidRequest,
                  "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
  }
  rule.methods.push_back(method);
  return {};
}

Status ReadMaxAge(std::string_view text, CorsRule& rule) {
  uint32_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return Refuse(code::kMalformedXml);
  }
  rule.max_age_seconds = seconds;
  return {};
}

Status ReadMember(const text::XmlElement& member, CorsRule& rule) {
  std::string value(base::Trim(member.text));
  if (member.name == "AllowedMethod") return AddMethod(value, rule);
  if (member.name == "MaxAgeSeconds") return ReadMaxAge(value, rule);
  if (member.name == "AllowedOrigin") {
    PENSTOCK_RETURN_IF_ERROR(CheckWildcard("AllowedOrigin", value));
    rule.origins.push_back(std::move(value));
  } else if (member.name == "AllowedHeader") {
    PENSTOCK_RETURN_IF_ERROR(CheckWildcard("AllowedHeader", value));
    rule.allowed_headers.push_back(base::ToLower(value));
  } else if (member.name == "ExposeHeader") {
    if (!IsHeaderText(value)) return Refuse(code::kMalformedXml);
    if (value.find('*') != std::string::npos) {
      return Refuse(code::kInvalidRequest, "ExposeHeader \"" + value +
                                               "\" contains wildcard. We currently do not support "
                                               "wildcard for ExposeHeader.");
    }
    rule.exposed_headers.push_back(std::move(value));
  } else if (member.name == "ID") {
    rule.id = std::move(value);
  }
  return {};
}

Result<CorsRule> ParseRule(const text::XmlElement& element) {
  CorsRule rule;
  for (const text::XmlElement& member : element.children) {
    PENSTOCK_RETURN_IF_ERROR(ReadMember(member, rule));
  }
  bool too_many = std::max({rule.origins.size(), rule.allowed_headers.size(),
                            rule.exposed_headers.size()}) > kMaxItems;
  if (rule.origins.empty() || rule.methods.empty() || too_many || rule.id.size() > 255) {
    return Refuse(code::kMalformedXml);
  }
  return rule;
}

}  // namespace

bool MatchesOneWildcard(std::string_view pattern, std::string_view text) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  std::string_view head = pattern.substr(0, star);
  std::string_view tail = pattern.substr(star + 1);
  return text.size() >= head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

const CorsRule* CorsRules::Find(const CorsQuestion& question) const {
  for (const CorsRule& rule : rules) {
    auto is_origin = [&](const std::string& pattern) {
      return MatchesOneWildcard(pattern, question.origin);
    };
    auto is_method = [&](const std::string& method) { return method == question.method; };
    if (AnyOf(rule.origins, is_origin) && AnyOf(rule.methods, is_method) &&
        AllowsHeaders(rule, question.request_headers)) {
      return &rule;
    }
  }
  return nullptr;
}

Result<CorsRules> ParseCorsRules(std::string_view xml) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxCorsBytes, .max_depth = 8});
  if (!root || root->name != "CORSConfiguration") return Refuse(code::kMalformedXml);
  CorsRules rules;
  for (const text::XmlElement& child : root->children) {
    if (child.name != "CORSRule" || rules.rules.size() == kMaxCorsRules) {
      return Refuse(code::kMalformedXml);
    }
    PENSTOCK_TRY(CorsRule rule, ParseRule(child));
    rules.rules.push_back(std::move(rule));
  }
  if (rules.rules.empty()) return Refuse(code::kMalformedXml);
  return rules;
}

CorsRules OpenCorsRules(std::vector<std::string> origins) {
  CorsRule rule;
  rule.origins = std::move(origins);
  rule.methods.assign(std::begin(kMethods), std::end(kMethods));
  rule.allowed_headers = {"*"};
  rule.exposed_headers = {"ETag", "x-amz-request-id", "x-amz-version-id", "x-amz-delete-marker",
                          "Content-Range"};
  return {{std::move(rule)}};
}

}  // namespace penstock::s3
