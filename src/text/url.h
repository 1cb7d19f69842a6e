// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::text {

// Percent-encodes everything but unreserved characters (RFC 3986), as SigV4 wants it; '/' is kept
// where asked.
std::string PercentEncode(std::string_view text, bool keep_slash = false);
// A wrong or cut escape is an error. '+' stays '+' unless plus_is_space.
base::Result<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

// The parameters of a query string, decoded, in order, doubled names kept.
class Query {
 public:
  static base::Result<Query> Parse(std::string_view raw, bool plus_is_space = true);

  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // The first value of that name, or nullptr.
  const std::string* Find(std::string_view name) const;
  std::string GetOr(std::string_view name, std::string_view fallback) const;
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case, no brackets
  std::optional<uint16_t> port;
  std::string path;   // raw, "" or begins with '/'
  std::string query;  // raw, without '?'
};
base::Result<Url> ParseUrl(std::string_view text);

}  // namespace penstock::text
