// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>

#include "text/json.h"
#include "text/json_string.h"
#include "text/utf8.h"

namespace penstock::text {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendControl(std::string& out, unsigned char c) {
  switch (c) {
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
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
      out += "\\u00";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (size_t i = 0; i < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      CodePoint point = DecodeUtf8(text, i);
      out += point.valid ? text.substr(i, point.length) : kReplacementCharacter;
      i += point.length;
      continue;
    }
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c < 0x20) {
      AppendControl(out, c);
    } else {
      out.push_back(static_cast<char>(c));
    }
    ++i;
  }
  out.push_back('"');
}

namespace {

// d.ddd * 10^exponent with an exponent only where Go and JavaScript have one.
std::string LayOut(std::string digits, int exponent) {
  if (exponent < -6 || exponent >= 21) {
    if (digits.size() > 1) digits.insert(1, 1, '.');
    return digits + (exponent < 0 ? "e" : "e+") + std::to_string(exponent);
  }
  if (exponent < 0) return "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits.append(whole - digits.size(), '0');
  return digits.insert(whole, 1, '.');
}

class Printer {
 public:
  Printer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void Print(const Json& value) {
    if (value.is_array()) {
      PrintArray(value.as_array());
    } else if (value.is_object()) {
      PrintObject(value.as_object());
    } else {
      PrintScalar(value);
    }
  }

 private:
  void PrintScalar(const Json& value) {
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_integer()) {
      out_ += std::to_string(value.as_integer());
    } else if (value.is_string()) {
      AppendJsonString(out_, value.as_string());
    } else if (std::isfinite(value.as_number())) {
      out_ += FormatNumber(value.as_number());
    } else {
      AppendJsonString(out_, FormatNumber(value.as_number()));
    }
  }

  void PrintArray(const Json::Array& elements) {
    out_.push_back('[');
    Enter();
    bool first = true;
    for (const Json& element : elements) {
      Separate(first);
      Print(element);
    }
    Leave(elements.empty());
    out_.push_back(']');
  }

  void PrintObject(const Json::Object& members) {
    out_.push_back('{');
    Enter();
    bool first = true;
    for (const auto& [name, member] : members) {
      Separate(first);
      AppendJsonString(out_, name);
      out_ += pretty_ ? ": " : ":";
      Print(member);
    }
    Leave(members.empty());
    out_.push_back('}');
  }

  void Enter() { ++depth_; }
  void Leave(bool empty) {
    --depth_;
    if (!empty) NewLine();
  }
  void Separate(bool& first) {
    if (!first) out_.push_back(',');
    first = false;
    NewLine();
  }
  void NewLine() {
    if (!pretty_) return;
    out_.push_back('\n');
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  bool pretty_;
  size_t depth_ = 0;
};

}  // namespace

std::string FormatNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  // Whole numbers that are read as 64-bit integers print all their digits: the shortest ones with
  // zeros behind would be another integer.
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (value >= -kTwoTo63 && value < kTwoTo63 && value == std::trunc(value)) {
    return value == 0 && std::signbit(value) ? "-0" : std::to_string(static_cast<int64_t>(value));
  }
  // The shortest digits that read back the same, as d.ddde+xx; then laid out by hand, because plain
  // to_chars prints all digits of large values.
  char buffer[32];
  auto written =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(written.ptr - buffer));
  std::string out;
  if (text.starts_with('-')) {
    out = "-";
    text.remove_prefix(1);
  }
  size_t e = text.find('e');
  std::string digits(text.substr(0, 1));
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  std::string_view exponent_text = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  return out + LayOut(digits, exponent);
}

std::string FormatJson(const Json& value) {
  std::string out;
  Printer(out, false).Print(value);
  return out;
}

std::string FormatJsonPretty(const Json& value) {
  std::string out;
  Printer(out, true).Print(value);
  return out;
}

}  // namespace penstock::text
