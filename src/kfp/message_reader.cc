// SPDX-License-Identifier: Apache-2.0
#include "kfp/message_reader.h"

#include "base/clock.h"
#include "kfp/field_names.h"

namespace penstock::kfp {

using base::Code;
using text::Json;

MessageReader::MessageReader(const Json& message, std::string_view name)
    : message_(message), name_(name) {
  if (!message.is_object()) {
    Fail(name_ + " must be a JSON object, not " + std::string(message.KindName()));
  }
}

const Json* MessageReader::Find(std::string_view field) {
  std::string camel = CamelCase(field);
  const Json* value = message_.Find(field);
  if (camel != field) {
    const Json* other = message_.Find(camel);
    if (value != nullptr && other != nullptr) {
      Fail(name_ + " has both '" + std::string(field) + "' and '" + camel +
           "', which are the same");
    }
    if (value == nullptr) value = other;
    known_.insert(std::move(camel));
  }
  known_.emplace(field);
  return value != nullptr && value->is_null() ? nullptr : value;
}

const Json* MessageReader::Any(std::string_view field) { return Find(field); }

const Json* MessageReader::Object(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr || value->is_object()) return value;
  Fail(name_ + "." + std::string(field) + " must be an object, not " +
       std::string(value->KindName()));
  return nullptr;
}

std::string MessageReader::Text(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return "";
  if (value->is_string()) return value->as_string();
  Fail(name_ + "." + std::string(field) + " must be a string, not " +
       std::string(value->KindName()));
  return "";
}

std::optional<std::map<std::string, std::string>> MessageReader::TextMap(std::string_view field) {
  const Json* value = Object(field);
  if (value == nullptr) return std::nullopt;
  std::map<std::string, std::string> map;
  for (const auto& [key, element] : value->as_object()) {
    if (!element.is_string()) {
      Fail(name_ + "." + std::string(field) + "." + key + " must be a string, not " +
           std::string(element.KindName()));
      continue;
    }
    map[key] = element.as_string();
  }
  return map;
}

void MessageReader::IgnoreText(std::initializer_list<std::string_view> fields) {
  for (std::string_view field : fields) Text(field);
}

void MessageReader::IgnoreTimes(std::initializer_list<std::string_view> fields) {
  for (std::string_view field : fields) {
    std::string text = Text(field);
    if (!text.empty() && !base::ParseRfc3339(text)) {
      Fail(name_ + "." + std::string(field) + " must be a time such as 2026-11-23T08:09:10Z");
    }
  }
}

void MessageReader::IgnoreAny(std::initializer_list<std::string_view> fields) {
  for (std::string_view field : fields) Any(field);
}

void MessageReader::Fail(std::string message) {
  if (status_) status_ = base::Fail(Code::kInvalidArgument, std::move(message));
}

void MessageReader::Take(base::Status status) {
  if (status_ && !status) status_ = std::move(status);
}

base::Status MessageReader::Finish() {
  if (message_.is_object()) {
    for (const auto& [field, value] : message_.as_object()) {
      if (!known_.contains(field)) Fail(name_ + " has no field '" + field + "'");
    }
  }
  return std::move(status_);
}

base::Result<Json> ParseBody(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return Json(Json::Object());
  auto json = text::ParseJson(body);
  if (!json) return base::Fail(std::move(json).error().Wrap("the request body is not valid JSON"));
  return json;
}

}  // namespace penstock::kfp
