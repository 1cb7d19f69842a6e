// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::s3 {

// What the pages of an origin may ask of a bucket (Amazon S3 API reference, "CORSRule").
struct CorsRule {
  std::string id;
  std::vector<std::string> origins;          // each with at most one '*'
  std::vector<std::string> methods;          // "GET"; at least one
  std::vector<std::string> allowed_headers;  // in lower case, each with at most one '*'
  std::vector<std::string> exposed_headers;
  std::optional<uint32_t> max_age_seconds;
};

// What a browser says about a page's request.
struct CorsQuestion {
  std::string_view origin;
  std::string_view method;
  std::string_view request_headers = {};  // Access-Control-Request-Headers, of preflights only
};

struct CorsRules {
  std::vector<CorsRule> rules;  // 1..100

  // The first rule that allows it, or nullptr.
  const CorsRule* Find(const CorsQuestion& question) const;
};

inline constexpr size_t kMaxCorsRules = 100;
inline constexpr size_t kMaxCorsBytes = size_t{64} << 10;

// A <CORSConfiguration> document. MalformedXML, or InvalidRequest where a rule makes no sense.
base::Result<CorsRules> ParseCorsRules(std::string_view xml);

// The rule of a server that lets pages of these origins do everything.
CorsRules OpenCorsRules(std::vector<std::string> origins);

// Whether the text is the pattern, in which at most one '*' stands for anything.
bool MatchesOneWildcard(std::string_view pattern, std::string_view text);

}  // namespace penstock::s3
