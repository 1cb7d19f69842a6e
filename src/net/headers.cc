// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "net/http.h"

namespace penstock::net {

void Headers::Add(std::string_view name, std::string_view value) {
  items_.emplace_back(std::string(name), std::string(value));
}

void Headers::Set(std::string_view name, std::string_view value) {
  Remove(name);
  Add(name, value);
}

void Headers::Remove(std::string_view name) {
  std::erase_if(items_, [&](const auto& item) { return base::EqualsIgnoreCase(item.first, name); });
}

const std::string* Headers::Find(std::string_view name) const {
  for (const auto& [item_name, value] : items_) {
    if (base::EqualsIgnoreCase(item_name, name)) return &value;
  }
  return nullptr;
}

std::string Headers::GetOr(std::string_view name, std::string_view fallback) const {
  const std::string* value = Find(name);
  return value != nullptr ? *value : std::string(fallback);
}

}  // namespace penstock::net
