// SPDX-License-Identifier: Apache-2.0
#include "ir/field_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace penstock::ir {
namespace {

using text::Json;

std::string SnakeCase(std::string_view camel) {
  std::string snake;
  for (char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c;
    }
  }
  return snake;
}

template <typename Number>
std::optional<Number> ParseWhole(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// The integer a JSON number or string stands for, as proto3 JSON reads int64 fields.
std::optional<int64_t> AsInteger(const Json& value) {
  if (value.is_integer()) return value.as_integer();
  if (value.is_string()) return ParseWhole<int64_t>(value.as_string());
  constexpr double kBound = 9007199254740992.0;  // beyond 2^53 a double is no exact integer
  if (value.is_double()) {
    double number = value.as_number();
    if (std::abs(number) <= kBound && number == std::trunc(number)) {
      return static_cast<int64_t>(number);
    }
  }
  return std::nullopt;
}

}  // namespace

FieldReader::FieldReader(const Json* value, Place place, Problem& problem)
    : place_(place), problem_(problem) {
  if (value == nullptr || value->is_null()) return;
  if (!value->is_object()) {
    Fail("must be an object, not " + std::string(value->KindName()));
    return;
  }
  members_ = &value->as_object();
}

const Json* FieldReader::Find(std::string_view name) {
  if (members_ == nullptr) return nullptr;
  auto camel = members_->find(name);
  auto snake = members_->end();
  std::string snake_name = SnakeCase(name);
  if (snake_name != name) snake = members_->find(snake_name);
  if (camel != members_->end() && snake != members_->end()) {
    Fail(name, "given twice, also as '" + snake_name + "'");
  }
  auto found = camel != members_->end() ? camel : snake;
  if (found == members_->end()) return nullptr;
  known_.push_back(found->first);
  return &found->second;
}

const Json* FieldReader::FindSet(std::string_view name) {
  const Json* value = Find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const Json* FieldReader::FindObject(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr || value->is_object()) return value;
  WrongKind(name, "an object", *value);
  return nullptr;
}

const Json* FieldReader::FindArray(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr || value->is_array()) return value;
  WrongKind(name, "an array", *value);
  return nullptr;
}

void FieldReader::WrongKind(std::string_view field, std::string_view wanted, const Json& value) {
  Fail(field, "must be " + std::string(wanted) + ", not " + std::string(value.KindName()));
}

bool FieldReader::Has(std::string_view name) { return FindSet(name) != nullptr; }

std::string FieldReader::String(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr) return "";
  if (value->is_string()) return value->as_string();
  WrongKind(name, "a string", *value);
  return "";
}

bool FieldReader::Bool(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->as_bool();
  WrongKind(name, "a boolean", *value);
  return false;
}

int64_t FieldReader::Integer(std::string_view name, int64_t least, int64_t most) {
  const Json* value = FindSet(name);
  if (value == nullptr) return 0;
  std::optional<int64_t> number = AsInteger(*value);
  if (!number) {
    WrongKind(name, "a whole number", *value);
  } else if (*number < least || *number > most) {
    Fail(name, "must be between " + std::to_string(least) + " and " + std::to_string(most));
  } else {
    return *number;
  }
  return 0;
}

double FieldReader::Number(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr) return 0;
  std::optional<double> number;
  if (value->is_number()) number = value->as_number();
  if (value->is_string()) number = ParseWhole<double>(value->as_string());
  if (number && std::isfinite(*number)) return *number;
  WrongKind(name, "a finite number", *value);
  return 0;
}

double FieldReader::Seconds(std::string_view name) {
  const Json* value = FindSet(name);
  if (value == nullptr) return 0;
  constexpr double kMost = 315'576'000'000;  // the range protobuf gives durations
  if (value->is_string() && value->as_string().ends_with('s')) {
    std::string_view digits = value->as_string();
    digits.remove_suffix(1);
    std::optional<double> seconds = ParseWhole<double>(digits);
    if (seconds && *seconds >= 0 && *seconds <= kMost) return *seconds;
  }
  Fail(name, "must be a duration such as \"30s\"");
  return 0;
}

int FieldReader::Enum(std::string_view name, std::initializer_list<EnumName> names) {
  const Json* value = FindSet(name);
  if (value == nullptr) return 0;
  std::optional<int64_t> number = value->is_number() ? AsInteger(*value) : std::nullopt;
  std::string known;
  for (const EnumName& entry : names) {
    if (number == entry.number) return entry.number;
    if (value->is_string() && value->as_string() == entry.name) return entry.number;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  Fail(name, "must be one of " + known);
  return 0;
}

std::vector<std::string> FieldReader::Strings(std::string_view name) {
  std::vector<std::string> strings;
  const Json* value = FindArray(name);
  if (value == nullptr) return strings;
  Place list_place(name, &place_);
  for (const Json& element : value->as_array()) {
    if (!element.is_string()) {
      problem_.Report(Place(strings.size(), &list_place),
                      "must be a string, not " + std::string(element.KindName()));
      return {};
    }
    strings.push_back(element.as_string());
  }
  return strings;
}

Json::Object FieldReader::Struct(std::string_view name) {
  const Json* value = FindObject(name);
  return value == nullptr ? Json::Object{} : value->as_object();
}

const Json* FieldReader::Value(std::string_view name) { return Find(name); }

FieldReader FieldReader::Message(std::string_view name) {
  return FieldReader(FindObject(name), Place(name, &place_), problem_);
}

std::string_view FieldReader::OneOf(std::initializer_list<std::string_view> names) {
  std::string_view chosen;
  for (std::string_view name : names) {
    if (FindSet(name) == nullptr) continue;
    if (!chosen.empty()) {
      Fail("has both '" + std::string(chosen) + "' and '" + std::string(name) +
           "', which exclude each other");
    }
    chosen = name;
  }
  return chosen;
}

void FieldReader::Finish() {
  if (members_ == nullptr) return;
  for (const auto& [key, value] : *members_) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      Fail("unknown field '" + key + "'");
      return;
    }
  }
}

}  // namespace penstock::ir
