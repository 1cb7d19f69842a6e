// SPDX-License-Identifier: Apache-2.0
#include "text/json.h"

#include <cmath>

#include "base/check.h"

namespace penstock::text {

bool Json::as_bool() const {
  PENSTOCK_CHECK(is_bool());
  return std::get<bool>(value_);
}

int64_t Json::as_integer() const {
  PENSTOCK_CHECK(is_integer());
  return std::get<int64_t>(value_);
}

double Json::as_number() const {
  PENSTOCK_CHECK(is_number());
  return is_integer() ? static_cast<double>(std::get<int64_t>(value_)) : std::get<double>(value_);
}

const std::string& Json::as_string() const {
  PENSTOCK_CHECK(is_string());
  return std::get<std::string>(value_);
}

const Json::Array& Json::as_array() const {
  PENSTOCK_CHECK(is_array());
  return std::get<Array>(value_);
}

Json::Array& Json::as_array() {
  PENSTOCK_CHECK(is_array());
  return std::get<Array>(value_);
}

const Json::Object& Json::as_object() const {
  PENSTOCK_CHECK(is_object());
  return std::get<Object>(value_);
}

Json::Object& Json::as_object() {
  PENSTOCK_CHECK(is_object());
  return std::get<Object>(value_);
}

const Json* Json::Find(std::string_view name) const {
  if (!is_object()) return nullptr;
  auto found = as_object().find(name);
  return found == as_object().end() ? nullptr : &found->second;
}

std::string Json::StringOr(std::string_view name, std::string_view fallback) const {
  const Json* member = Find(name);
  return member != nullptr && member->is_string() ? member->as_string() : std::string(fallback);
}

int64_t Json::IntegerOr(std::string_view name, int64_t fallback) const {
  const Json* member = Find(name);
  return member != nullptr && member->is_integer() ? member->as_integer() : fallback;
}

bool Json::BoolOr(std::string_view name, bool fallback) const {
  const Json* member = Find(name);
  return member != nullptr && member->is_bool() ? member->as_bool() : fallback;
}

Json& Json::operator[](std::string_view name) {
  if (is_null()) value_ = Object();
  Object& object = as_object();
  auto found = object.find(name);
  if (found == object.end()) found = object.emplace(std::string(name), Json()).first;
  return found->second;
}

void Json::Append(Json element) {
  if (is_null()) value_ = Array();
  as_array().push_back(std::move(element));
}

std::string_view Json::KindName() const {
  if (is_null()) return "null";
  if (is_bool()) return "boolean";
  if (is_number()) return "number";
  if (is_string()) return "string";
  return is_array() ? "array" : "object";
}

bool operator==(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number() && a.is_integer() != b.is_integer()) {
    return a.as_number() == b.as_number();
  }
  return a.value_ == b.value_;
}

}  // namespace penstock::text
