// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace penstock::text {

using base::Result;

// A JSON value. Members are kept sorted by name, as the Kubeflow server's Struct messages print
// them, so that equal values have equal texts. Whole numbers written without a fraction or an
// exponent are integers; all others are doubles. A value type: copying copies everything.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;

  Json() : value_(nullptr) {}
  Json(std::nullptr_t) : value_(nullptr) {}                 // NOLINT(google-explicit-constructor)
  Json(bool value) : value_(value) {}                       // NOLINT(google-explicit-constructor)
  Json(int value) : value_(static_cast<int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
  Json(int64_t value) : value_(value) {}                    // NOLINT(google-explicit-constructor)
  Json(double value) : value_(value) {}                     // NOLINT(google-explicit-constructor)
  Json(const char* value) : value_(std::string(value)) {}   // NOLINT(google-explicit-constructor)
  Json(std::string_view value)                              // NOLINT(google-explicit-constructor)
      : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Json(Array value) : value_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  Json(Object value) : value_(std::move(value)) {}       // NOLINT(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_number() const { return is_integer() || is_double(); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value as what it is; calling the wrong one is a fault of ours and aborts.
  bool as_bool() const;
  int64_t as_integer() const;
  double as_number() const;  // of an integer or a double
  const std::string& as_string() const;
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;
  Object& as_object();

  // The member of that name, or nullptr where this is no object or has none.
  const Json* Find(std::string_view name) const;
  // The member as a string or number, or the fallback where it is absent or of another kind.
  std::string StringOr(std::string_view name, std::string_view fallback) const;
  int64_t IntegerOr(std::string_view name, int64_t fallback) const;
  bool BoolOr(std::string_view name, bool fallback) const;

  // The member, added as null where absent; a null value becomes an object first.
  Json& operator[](std::string_view name);
  void Append(Json element);  // a null value becomes an array first

  // "null", "boolean", "number", "string", "array" or "object": for messages.
  std::string_view KindName() const;

  // Numbers compare by value: 1 == 1.0.
  friend bool operator==(const Json& a, const Json& b);

 private:
  std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object> value_;
};

struct JsonLimits {
  size_t max_depth = 200;
  size_t max_bytes = size_t{64} << 20;
};

// Parses one JSON text (RFC 8259, UTF-8, nothing behind it). A doubled member name is an error, as
// it is to protobuf's JSON parser. Messages give the byte offset.
Result<Json> ParseJson(std::string_view text, const JsonLimits& limits = {});

// Compact text. Whole doubles print without a fraction ("3", "1e+21"), others in the shortest form
// that reads back the same; not-a-number and infinities print as the strings protobuf uses ("NaN").
std::string FormatJson(const Json& value);
// The same, indented by two spaces.
std::string FormatJsonPretty(const Json& value);
// A number as FormatJson would print it.
std::string FormatNumber(double value);

}  // namespace penstock::text
