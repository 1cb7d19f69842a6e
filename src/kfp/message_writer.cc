// SPDX-License-Identifier: Apache-2.0
#include "kfp/message_writer.h"

namespace penstock::kfp {

using text::Json;

void PutText(Json& message, std::string_view field, std::string_view value) {
  if (!value.empty()) message[field] = value;
}

void PutInt64(Json& message, std::string_view field, int64_t value) {
  if (value != 0) message[field] = std::to_string(value);
}

void PutInt32(Json& message, std::string_view field, int value) {
  if (value != 0) message[field] = value;
}

void PutTime(Json& message, std::string_view field, base::Time value) {
  message[field] = base::FormatRfc3339(value);
}

void PutTimeOrEpoch(Json& message, std::string_view field, const std::optional<base::Time>& value) {
  PutTime(message, field, value.value_or(base::Time{}));
}

void PutTextMap(Json& message, std::string_view field,
                const std::map<std::string, std::string>& map) {
  Json::Object object;
  for (const auto& [key, value] : map) object.emplace(key, value);
  PutJson(message, field, std::move(object));
}

void PutJson(Json& message, std::string_view field, Json value) {
  bool empty = value.is_null() || (value.is_object() && value.as_object().empty()) ||
               (value.is_array() && value.as_array().empty());
  if (!empty) message[field] = std::move(value);
}

}  // namespace penstock::kfp
