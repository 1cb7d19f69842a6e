// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::admin {

// Reads the members of a request's body. Each is asked for once; Finish refuses those that nobody
// asked for, so that a misspelt one is not taken for absent. Errors name the member.
class Fields {
 public:
  explicit Fields(const text::Json& object) : object_(object) {}

  base::Result<std::string> String(std::string_view name);  // must be there and not empty
  base::Result<std::optional<std::string>> OptionalString(std::string_view name);
  base::Result<std::optional<uint64_t>> OptionalNumber(std::string_view name);  // 0 or more
  base::Result<bool> Bool(std::string_view name, bool fallback);
  base::Result<std::optional<bool>> OptionalBool(std::string_view name);
  base::Result<std::vector<std::string>> Strings(std::string_view name);  // empty where absent
  base::Result<std::optional<text::Json>> OptionalObject(std::string_view name);
  base::Status Finish() const;

 private:
  const text::Json* Take(std::string_view name);

  const text::Json& object_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace penstock::admin
