// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"
#include "text/yaml_scalar.h"

namespace penstock::text {
namespace {

bool IsPlainCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/';
}

// Whether the text reads back as the same string without quotes. Rather too few than too many.
bool IsPlainString(std::string_view text) {
  if (text.empty() || text.front() == '-' || text.front() == '.') return false;
  for (char c : text) {
    if (!IsPlainCharacter(c)) return false;
  }
  return ResolvePlainScalar(text).is_string();
}

std::string Scalar(const Json& value) {
  if (value.is_string() && IsPlainString(value.as_string())) return value.as_string();
  if (value.is_double()) {
    std::string number = FormatNumber(value.as_number());
    if (number == "NaN") return ".nan";
    if (number == "Infinity") return ".inf";
    if (number == "-Infinity") return "-.inf";
    // A point keeps YAML 1.1 from reading "1e-7" as a string, and a whole double a double.
    size_t exponent = number.find('e');
    if (number.find('.') == std::string::npos) {
      number.insert(exponent == std::string::npos ? number.size() : exponent, ".0");
    }
    return number;
  }
  // JSON strings are valid double-quoted YAML.
  return FormatJson(value);
}

class Emitter {
 public:
  void Value(const Json& value, size_t indent) {
    if (value.is_object() && !value.as_object().empty()) {
      out_ += "\n";
      Members(value.as_object(), indent);
    } else if (value.is_array() && !value.as_array().empty()) {
      out_ += "\n";
      Elements(value.as_array(), indent);
    } else {
      out_ += " " + Scalar(value) + "\n";
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void Members(const Json::Object& object, size_t indent) {
    for (const auto& [name, member] : object) {
      out_.append(indent, ' ');
      out_ += Scalar(Json(name)) + ":";
      Value(member, indent + 2);
    }
  }

  void Elements(const Json::Array& array, size_t indent) {
    for (const Json& element : array) {
      out_.append(indent, ' ');
      out_ += "-";
      Value(element, indent + 2);
    }
  }

  std::string out_;
};

}  // namespace

std::string FormatYaml(const Json& value) {
  Emitter emitter;
  emitter.Value(value, 0);
  std::string text = emitter.Take();
  text.erase(0, 1);  // the break or space before the root
  return text;
}

}  // namespace penstock::text
