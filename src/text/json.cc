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
  if (is_integer()) return static_cast<double>(std::get<int64_t>(value_));
  return std::get<double>(value_);
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
  const Object& members = std::get<Object>(value_);
  auto found = members.find(name);
  return found == members.end() ? nullptr : &found->second;
}

std::string Json::StringOr(std::string_view name, std::string_view fallback) const {
  const Json* member = Find(name);
  if (member != nullptr && member->is_string()) return member->as_string();
  return std::string(fallback);
}

int64_t Json::IntegerOr(std::string_view name, int64_t fallback) const {
  const Json* member = Find(name);
  if (member != nullptr && member->is_integer()) return member->as_integer();
  return fallback;
}

bool Json::BoolOr(std::string_view name, bool fallback) const {
  const Json* member = Find(name);
  if (member != nullptr && member->is_bool()) return member->as_bool();
  return fallback;
}

Json& Json::operator[](std::string_view name) {
  if (is_null()) value_ = Object();
  Object& members = as_object();
  auto found = members.lower_bound(name);
  if (found == members.end() || found->first != name) {
    found = members.emplace_hint(found, std::string(name), Json());
  }
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

namespace {

// Exact: no rounding of large integers to the nearest double.
bool SameNumber(int64_t integer, double number) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (!(number >= -kTwoTo63 && number < kTwoTo63) || number != std::trunc(number)) return false;
  return static_cast<int64_t>(number) == integer;
}

}  // namespace

bool operator==(const Json& a, const Json& b) {
  if (a.is_integer() && b.is_double()) return SameNumber(a.as_integer(), b.as_number());
  if (a.is_double() && b.is_integer()) return SameNumber(b.as_integer(), a.as_number());
  return a.value_ == b.value_;
}

}  // namespace penstock::text
