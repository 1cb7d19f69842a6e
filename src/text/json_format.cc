// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "text/json.h"

namespace penstock::text {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          out += "\\u00";
          out.push_back(kHex[byte >> 4]);
          out.push_back(kHex[byte & 15]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

// Writes with or without line breaks: indent is the width of one step, or 0 for compact text.
class Formatter {
 public:
  explicit Formatter(size_t indent) : indent_(indent) {}

  void Append(const Json& value, size_t depth) {
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_integer()) {
      out_ += std::to_string(value.as_integer());
    } else if (value.is_double()) {
      AppendDouble(value.as_number());
    } else if (value.is_string()) {
      AppendString(out_, value.as_string());
    } else if (value.is_array()) {
      AppendArray(value.as_array(), depth);
    } else {
      AppendObject(value.as_object(), depth);
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void AppendDouble(double value) {
    if (std::isfinite(value)) {
      out_ += FormatNumber(value);
    } else {
      AppendString(out_, FormatNumber(value));
    }
  }

  void AppendArray(const Json::Array& array, size_t depth) {
    out_.push_back('[');
    bool first = true;
    for (const Json& element : array) {
      if (!first) out_.push_back(',');
      first = false;
      Break(depth + 1);
      Append(element, depth + 1);
    }
    if (!first) Break(depth);
    out_.push_back(']');
  }

  void AppendObject(const Json::Object& object, size_t depth) {
    out_.push_back('{');
    bool first = true;
    for (const auto& [name, member] : object) {
      if (!first) out_.push_back(',');
      first = false;
      Break(depth + 1);
      AppendString(out_, name);
      out_ += indent_ > 0 ? ": " : ":";
      Append(member, depth + 1);
    }
    if (!first) Break(depth);
    out_.push_back('}');
  }

  void Break(size_t depth) {
    if (indent_ == 0) return;
    out_.push_back('\n');
    out_.append(depth * indent_, ' ');
  }

  const size_t indent_;
  std::string out_;
};

}  // namespace

std::string FormatNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  double magnitude = std::fabs(value);
  std::array<char, 400> buffer;
  // Go's rule, which the original server follows: plain digits from 1e-6 up to 1e21.
  bool plain = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  if (error != std::errc()) return "0";
  std::string text(buffer.data(), end);
  // C++ pads exponents to two digits; Go drops the zero from negative ones ("1e-7").
  size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);
  return text;
}

std::string FormatJson(const Json& value) {
  Formatter formatter(0);
  formatter.Append(value, 0);
  return formatter.Take();
}

std::string FormatJsonPretty(const Json& value) {
  Formatter formatter(2);
  formatter.Append(value, 0);
  return formatter.Take();
}

}  // namespace penstock::text
