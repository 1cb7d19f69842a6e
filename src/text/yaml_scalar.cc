// SPDX-License-Identifier: Apache-2.0
#include "text/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace penstock::text {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsNull(std::string_view text) {
  return text.empty() || IsOneOf(text, {"~", "null", "Null", "NULL"});
}

std::optional<bool> AsBool(std::string_view text) {
  if (IsOneOf(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return true;
  if (IsOneOf(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    return false;
  }
  return std::nullopt;
}

// The digits without underscores; empty where another character stands among them.
std::string Digits(std::string_view text, int base) {
  std::string digits;
  for (char c : text) {
    if (c == '_') continue;
    bool fits =
        base == 16 ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c >= '0' && c < '0' + base;
    if (!fits) return "";
    digits.push_back(c);
  }
  return digits;
}

// A number too large for 64 bits becomes a double, as JSON numbers do.
Json IntegerOf(const std::string& digits, int base, bool negative) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  constexpr uint64_t kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (error != std::errc() || value > kMost) {
    double wide = 0;
    for (char c : digits) {
      int digit = IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
      wide = wide * base + digit;
    }
    return negative ? -wide : wide;
  }
  auto whole = static_cast<int64_t>(value);
  return negative ? -whole : whole;
}

// "1:30:15": numbers to the base 60; the first part has no leading zero.
std::optional<double> Sexagesimal(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  double value = 0;
  bool first = true;
  while (true) {
    size_t colon = text.find(':');
    std::string_view part = text.substr(0, colon);
    std::string digits = Digits(part, 10);
    if (digits.empty() || !IsDigit(part.front())) return std::nullopt;
    double number = std::stod(digits.substr(0, 300));
    if (!first && (part.size() > 2 || number >= 60)) return std::nullopt;
    value = value * 60 + number;
    if (colon == std::string_view::npos) return value;
    text.remove_prefix(colon + 1);
    first = false;
  }
}

std::optional<Json> AsInteger(std::string_view text) {
  bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || !IsDigit(text.front())) return std::nullopt;
  if (text == "0") return Json(0);
  int base = 10;
  if (text.size() > 2 && text.substr(0, 2) == "0b") {
    base = 2;
    text.remove_prefix(2);
  } else if (text.size() > 2 && text.substr(0, 2) == "0x") {
    base = 16;
    text.remove_prefix(2);
  } else if (text.front() == '0') {
    base = 8;
    text.remove_prefix(1);
  } else if (auto seconds = Sexagesimal(text)) {
    if (*seconds >= 9e15) return Json(negative ? -*seconds : *seconds);
    auto whole = static_cast<int64_t>(*seconds);
    return Json(negative ? -whole : whole);
  }
  std::string digits = Digits(text, base);
  if (digits.empty()) return std::nullopt;
  return IntegerOf(digits, base, negative);
}

// Whether the text is [0-9][0-9_]* and so on up to the exponent, as YAML 1.1 writes floats: a point
// is compulsory, and so is the exponent's sign.
bool HasFloatShape(std::string_view text, bool signed_before) {
  size_t i = 0;
  size_t whole = 0;
  while (i < text.size() && (IsDigit(text[i]) || (text[i] == '_' && whole > 0))) {
    ++i;
    ++whole;
  }
  if (i >= text.size() || text[i] != '.') return false;
  ++i;
  size_t fraction = 0;
  while (i < text.size() && (IsDigit(text[i]) || text[i] == '_')) {
    if (whole == 0 && fraction == 0 && text[i] == '_') return false;
    ++i;
    ++fraction;
  }
  // ".5" takes no sign before it; "." alone is a string.
  if (whole == 0 && (fraction == 0 || signed_before)) return false;
  if (i == text.size()) return true;
  if (text[i] != 'e' && text[i] != 'E') return false;
  ++i;
  if (i >= text.size() || (text[i] != '-' && text[i] != '+')) return false;
  ++i;
  return i < text.size() && std::all_of(text.begin() + static_cast<long>(i), text.end(), IsDigit);
}

double DoubleOf(std::string_view text) {
  std::string clean(text);
  clean.erase(std::remove(clean.begin(), clean.end(), '_'), clean.end());
  double value = 0;
  auto [end, error] = std::from_chars(clean.data(), clean.data() + clean.size(), value);
  if (error == std::errc::result_out_of_range) return std::strtod(clean.c_str(), nullptr);
  return value;
}

// "1:30.5": minutes and seconds with a fraction.
std::optional<double> SexagesimalFloat(std::string_view text) {
  size_t point = text.rfind('.');
  if (point == std::string_view::npos || text.find(':') > point) return std::nullopt;
  auto whole = Sexagesimal(text.substr(0, point));
  std::string fraction = Digits(text.substr(point + 1), 10);
  if (!whole || (fraction.empty() && point + 1 < text.size())) return std::nullopt;
  return *whole + (fraction.empty() ? 0 : DoubleOf("0." + fraction));
}

std::optional<Json> AsFloat(std::string_view text) {
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) return Json(std::nan(""));
  bool negative = !text.empty() && text.front() == '-';
  bool has_sign = negative || (!text.empty() && text.front() == '+');
  if (has_sign) text.remove_prefix(1);
  if (IsOneOf(text, {".inf", ".Inf", ".INF"})) {
    double infinity = std::numeric_limits<double>::infinity();
    return Json(negative ? -infinity : infinity);
  }
  if (HasFloatShape(text, has_sign)) return Json(negative ? -DoubleOf(text) : DoubleOf(text));
  if (auto seconds = SexagesimalFloat(text)) return Json(negative ? -*seconds : *seconds);
  return std::nullopt;
}

}  // namespace

Json ResolvePlainScalar(std::string_view text) {
  if (IsNull(text)) return Json();
  if (auto value = AsBool(text)) return Json(*value);
  if (auto value = AsFloat(text)) return *std::move(value);
  if (auto value = AsInteger(text)) return *std::move(value);
  return Json(text);
}

base::Result<Json> ResolveTaggedScalar(std::string_view tag, std::string_view text) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  std::string_view kind =
      tag.substr(0, kPrefix.size()) == kPrefix ? tag.substr(kPrefix.size()) : "";
  if (kind == "str" || tag == "!") return Json(text);
  if (kind == "null" && IsNull(text)) return Json();
  if (kind == "bool") {
    if (auto value = AsBool(text)) return Json(*value);
  }
  if (kind == "int") {
    if (auto value = AsInteger(text)) return *std::move(value);
  }
  if (kind == "float") {
    if (auto value = AsFloat(text)) return *std::move(value);
    if (auto value = AsInteger(text)) return Json(value->as_number());
  }
  return base::Fail(base::Code::kInvalidArgument,
                    "'" + std::string(text) + "' cannot be read with the tag " + std::string(tag));
}

}  // namespace penstock::text
