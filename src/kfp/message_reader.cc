// SPDX-License-Identifier: Apache-2.0
#include "kfp/message_reader.h"

#include <charconv>

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

const Json* MessageReader::Array(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr || value->is_array()) return value;
  Fail(name_ + "." + std::string(field) + " must be a list, not " + std::string(value->KindName()));
  return nullptr;
}

std::optional<int64_t> MessageReader::Integer(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_integer()) return value->as_integer();
  if (value->is_string()) {
    const std::string& text = value->as_string();
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  Fail(name_ + "." + std::string(field) + " must be a whole number");
  return std::nullopt;
}

std::optional<double> MessageReader::Number(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->as_number();
  Fail(name_ + "." + std::string(field) + " must be a number, not " +
       std::string(value->KindName()));
  return std::nullopt;
}

std::optional<bool> MessageReader::Flag(std::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  Fail(name_ + "." + std::string(field) + " is true or false");
  return std::nullopt;
}

std::optional<base::Time> MessageReader::Time(std::string_view field) {
  std::string text = Text(field);
  if (text.empty()) return std::nullopt;
  auto time = base::ParseRfc3339(text);
  if (time) return *time;
  Fail(name_ + "." + std::string(field) + " must be a time such as 2026-11-23T08:09:10Z");
  return std::nullopt;
}

std::string MessageReader::Word(std::string_view field, std::span<const std::string_view> words) {
  const Json* value = Find(field);
  if (value == nullptr) return "";
  std::string known;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool meant = value->is_string() ? value->as_string() == words[i]
                                          : *value == Json(static_cast<int64_t>(i));
    if (meant) return std::string(words[i]);
    known.append(i == 0 ? "" : ", ").append(words[i]);
  }
  Fail(name_ + "." + std::string(field) + " must be one of " + known + ", not " +
       text::FormatJson(*value));
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
  for (std::string_view field : fields) (void)Time(field);
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
