// SPDX-License-Identifier: Apache-2.0
#include "metadata/tags.h"

namespace penstock::metadata {

text::Json TagsToJson(const std::map<std::string, std::string>& tags) {
  text::Json::Object object;
  for (const auto& [key, value] : tags) object.emplace(key, value);
  return text::Json(std::move(object));
}

std::map<std::string, std::string> TagsFromJson(const text::Json& json) {
  std::map<std::string, std::string> tags;
  if (!json.is_object()) return tags;
  for (const auto& [key, value] : json.as_object()) {
    if (value.is_string()) tags.emplace(key, value.as_string());
  }
  return tags;
}

}  // namespace penstock::metadata
