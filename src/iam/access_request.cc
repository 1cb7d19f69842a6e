// SPDX-License-Identifier: Apache-2.0
#include "iam/access_request.h"

#include <algorithm>

#include "base/encoding.h"

namespace penstock::iam {

std::string NormalConditionKey(std::string_view key) {
  size_t kept = std::min(key.find('/'), key.size());
  constexpr std::string_view kClaims = "jwt:";
  if (base::EqualsIgnoreCase(key.substr(0, kClaims.size()), kClaims)) kept = kClaims.size();
  return base::ToLower(key.substr(0, kept)) + std::string(key.substr(kept));
}

void MapContext::Set(std::string_view key, ContextValues values) {
  values_[NormalConditionKey(key)] = std::move(values);
}

ContextValues MapContext::Find(std::string_view key) const {
  auto found = values_.find(key);
  return found == values_.end() ? ContextValues() : found->second;
}

}  // namespace penstock::iam
