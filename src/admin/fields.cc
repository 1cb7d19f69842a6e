// SPDX-License-Identifier: Apache-2.0
#include "admin/fields.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

auto WrongKind(std::string_view name, std::string_view wanted, const text::Json& value) {
  return Fail(Code::kInvalidArgument, "'" + std::string(name) + "' must be " + std::string(wanted) +
                                          ", not " + std::string(value.KindName()));
}

}  // namespace

// A null counts as absent.
const text::Json* Fields::Take(std::string_view name) {
  taken_.emplace(name);
  const text::Json* value = object_.Find(name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

Result<std::string> Fields::String(std::string_view name) {
  PENSTOCK_TRY(auto value, OptionalString(name));
  if (value && !value->empty()) return std::move(*value);
  return Fail(Code::kInvalidArgument, "'" + std::string(name) + "' is missing or empty");
}

Result<std::optional<std::string>> Fields::OptionalString(std::string_view name) {
  const text::Json* value = Take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return WrongKind(name, "a string", *value);
  return value->as_string();
}

Result<std::optional<uint64_t>> Fields::OptionalNumber(std::string_view name) {
  const text::Json* value = Take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_integer() || value->as_integer() < 0) {
    return WrongKind(name, "a whole number, 0 or more", *value);
  }
  return static_cast<uint64_t>(value->as_integer());
}

Result<bool> Fields::Bool(std::string_view name, bool fallback) {
  PENSTOCK_TRY(auto value, OptionalBool(name));
  return value.value_or(fallback);
}

Result<std::optional<bool>> Fields::OptionalBool(std::string_view name) {
  const text::Json* value = Take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) return WrongKind(name, "true or false", *value);
  return value->as_bool();
}

Result<std::vector<std::string>> Fields::Strings(std::string_view name) {
  const text::Json* value = Take(name);
  std::vector<std::string> strings;
  if (value == nullptr) return strings;
  if (!value->is_array()) return WrongKind(name, "a list of strings", *value);
  for (const text::Json& element : value->as_array()) {
    if (!element.is_string()) return WrongKind(name, "a list of strings", element);
    strings.push_back(element.as_string());
  }
  return strings;
}

Result<std::optional<text::Json>> Fields::OptionalObject(std::string_view name) {
  const text::Json* value = Take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) return WrongKind(name, "an object", *value);
  return *value;
}

base::Status Fields::Finish() const {
  for (const auto& [name, value] : object_.as_object()) {
    if (taken_.contains(name)) continue;
    return Fail(Code::kInvalidArgument, "'" + name + "' is not known here");
  }
  return {};
}

}  // namespace penstock::admin
