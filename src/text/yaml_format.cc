// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "text/utf8.h"
#include "text/yaml.h"
#include "text/yaml_scalar.h"

namespace penstock::text {
namespace {

// Characters that need no quotes wherever they stand in a plain scalar of ours: far fewer than YAML
// would take, so that no rule about indicators needs to be known here.
bool IsPlainCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || c == '+';
}

// Whether the text may stand without quotes. Readers of YAML 1.2 and strict readers of 1.1 resolve
// a little more than PyYAML ("1e3", "y"): what they would not keep is quoted too.
bool IsPlain(std::string_view text) {
  if (text.empty() || text.back() == ' ') return false;
  char first = text.front();
  bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!letter && first != '_' && first != '/') return false;
  if (text == "y" || text == "Y" || text == "n" || text == "N") return false;
  auto allowed = [](char c) { return IsPlainCharacter(c) || c == ' '; };
  return std::all_of(text.begin(), text.end(), allowed) &&
         ResolvePlainScalar(text) == YamlKind::kString;
}

// Characters a YAML reader takes as they are and does not take for a line break.
bool IsPrintable(const CodePoint& point) {
  char32_t c = point.value;
  if (!point.valid) return false;
  return (c >= 0x20 && c <= 0x7E) || (c >= 0xA0 && c <= 0xD7FF && c != 0x2028 && c != 0x2029) ||
         (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF) || c >= 0x10000;
}

// Whether a literal block holds the text exactly.
bool FitsLiteral(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  if (text[0] == '\n' || text[0] == '\t') return false;
  for (size_t i = 0; i < text.size();) {
    CodePoint point = DecodeUtf8(text, i);
    if (!IsPrintable(point) && text[i] != '\n' && text[i] != '\t') return false;
    i += point.length;
  }
  return text.find_first_not_of(" \t\n") != std::string_view::npos;
}

void AppendEscape(std::string& out, char32_t value) {
  constexpr char kHex[] = "0123456789ABCDEF";
  if (value == '\n' || value == '\t' || value == '\r') {
    out.push_back('\\');
    out.push_back(value == '\n' ? 'n' : value == '\t' ? 't' : 'r');
    return;
  }
  int digits = value <= 0xFF ? 2 : 4;  // what is not printable lies below U+10000
  out += digits == 2 ? "\\x" : "\\u";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out.push_back(kHex[(value >> shift) & 15]);
  }
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    CodePoint point = DecodeUtf8(text, i);
    if (!point.valid) {
      out += kReplacementCharacter;
    } else if (point.value == '"' || point.value == '\\') {
      out.push_back('\\');
      out.push_back(text[i]);
    } else if (IsPrintable(point)) {
      out += text.substr(i, point.length);
    } else {
      AppendEscape(out, point.value);
    }
    i += point.length;
  }
  out.push_back('"');
  return out;
}

// A double so that it resolves to a float: with a point, and with a sign in the exponent.
std::string Float(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::string text = FormatNumber(value);
  if (text.find('.') == std::string::npos) text.insert(std::min(text.find('e'), text.size()), ".0");
  return text;
}

class Emitter {
 public:
  std::string Document(const Json& value) {
    EmitValue(value, 0, Place::kLineStart);
    return std::move(out_);
  }

 private:
  enum class Place { kLineStart, kAfterKey, kAfterDash };

  // Writes a value and the line break behind it. `indent` is where its lines begin.
  void EmitValue(const Json& value, size_t indent, Place place) {
    bool sequence = value.is_array() && !value.as_array().empty();
    bool mapping = value.is_object() && !value.as_object().empty();
    if (!sequence && !mapping) {
      if (place != Place::kLineStart) out_.push_back(' ');
      EmitScalar(value, indent);
      return;
    }
    // "- a: 1": the first member stands on the dash's line; the others are indented to match.
    bool same_line = place == Place::kAfterDash;
    if (place == Place::kAfterKey) out_.push_back('\n');
    if (same_line) out_.push_back(' ');
    if (sequence) {
      EmitSequence(value.as_array(), indent, same_line);
    } else {
      EmitMapping(value.as_object(), indent, same_line);
    }
  }

  void EmitSequence(const Json::Array& elements, size_t indent, bool same_line) {
    for (const Json& element : elements) {
      if (!same_line) out_.append(indent, ' ');
      same_line = false;
      out_.push_back('-');
      EmitValue(element, indent + 2, Place::kAfterDash);
    }
  }

  void EmitMapping(const Json::Object& members, size_t indent, bool same_line) {
    constexpr size_t kLongestSimpleKey = 1024;  // characters, YAML 1.1 section 9.1
    for (const auto& [name, member] : members) {
      if (!same_line) out_.append(indent, ' ');
      same_line = false;
      std::string key = IsPlain(name) ? name : Quoted(name);
      if (key.size() > kLongestSimpleKey) {
        out_ += "? " + key + "\n";
        out_.append(indent, ' ');
      } else {
        out_ += key;
      }
      out_.push_back(':');
      EmitValue(member, indent + (member.is_array() ? 0 : 2), Place::kAfterKey);
    }
  }

  void EmitScalar(const Json& value, size_t indent) {
    if (value.is_string() && FitsLiteral(value.as_string())) {
      EmitLiteral(value.as_string(), indent);
      return;
    }
    if (value.is_string()) {
      const std::string& text = value.as_string();
      out_ += IsPlain(text) ? text : Quoted(text);
    } else if (value.is_array()) {
      out_ += "[]";
    } else if (value.is_object()) {
      out_ += "{}";
    } else if (value.is_double()) {
      out_ += Float(value.as_number());
    } else {
      out_ += FormatJson(value);
    }
    out_.push_back('\n');
  }

  // The indentation is given where the first line begins with spaces; what follows tells how many
  // line breaks at the end belong to the text: none (-), one, or all (+).
  void EmitLiteral(std::string_view text, size_t indent) {
    indent = std::max<size_t>(indent, 2);
    out_.push_back('|');
    if (text[0] == ' ') out_.push_back('2');
    if (!text.ends_with('\n')) {
      out_.push_back('-');
    } else if (text.ends_with("\n\n")) {
      out_.push_back('+');
    }
    out_.push_back('\n');
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
      size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      if (!line.empty()) out_.append(indent, ' ');
      out_ += line;
      out_.push_back('\n');
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  std::string out_;
};

}  // namespace

std::string FormatYaml(const Json& value) { return Emitter().Document(value); }

}  // namespace penstock::text
