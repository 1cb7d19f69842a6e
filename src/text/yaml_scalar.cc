// SPDX-License-Identifier: Apache-2.0
#include "text/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "base/encoding.h"

// The patterns are those of YAML 1.1 as PyYAML 6 narrows them: "1e3" and "0o7" are strings, "010"
// is eight, "1:30" is ninety.

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// Takes matching characters off the front of a text; one small function per piece of a pattern.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TakeAny(std::string_view set) {
    if (rest_.empty() || set.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  size_t TakeRun(std::string_view set) {
    size_t length = std::min(rest_.find_first_not_of(set), rest_.size());
    rest_.remove_prefix(length);
    return length;
  }
  // (?::[0-5]?[0-9])+
  bool TakeSexagesimals() {
    bool any = false;
    while (Take(':')) {
      if (TakeAny("012345")) {
        TakeAny(kDigits);
      } else if (!TakeAny(kDigits)) {
        return false;
      }
      any = true;
    }
    return any;
  }

  static constexpr std::string_view kDigits = "0123456789";
  static constexpr std::string_view kDigitsOrBar = "0123456789_";

 private:
  std::string_view rest_;
};

bool OneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view WithoutSign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

bool IsInt(std::string_view text) {
  std::string_view digits = WithoutSign(text);
  if (digits == "0") return true;
  if (digits.starts_with("0b") || digits.starts_with("0x")) {
    std::string_view allowed = digits[1] == 'b' ? "01_" : "0123456789abcdefABCDEF_";
    Scanner scan(digits.substr(2));
    return scan.TakeRun(allowed) > 0 && scan.AtEnd();
  }
  if (digits.starts_with("0")) {
    Scanner scan(digits.substr(1));
    return scan.TakeRun("01234567_") > 0 && scan.AtEnd();
  }
  Scanner scan(digits);
  if (!scan.TakeAny("123456789")) return false;
  scan.TakeRun(Scanner::kDigitsOrBar);
  return scan.AtEnd() || (scan.TakeSexagesimals() && scan.AtEnd());
}

// (?:[eE][-+][0-9]+)? and the end
bool ExponentOrEnd(Scanner scan) {
  if (scan.TakeAny("eE")) {
    if (!scan.TakeAny("-+") || scan.TakeRun(Scanner::kDigits) == 0) return false;
  }
  return scan.AtEnd();
}

bool IsFloat(std::string_view text) {
  if (OneOf(text, {".nan", ".NaN", ".NAN"})) return true;
  std::string_view body = WithoutSign(text);
  if (OneOf(body, {".inf", ".Inf", ".INF"})) return true;
  if (text.starts_with(".")) {
    Scanner scan(text.substr(1));
    if (!scan.TakeAny(Scanner::kDigits)) return false;
    scan.TakeRun(Scanner::kDigitsOrBar);
    return ExponentOrEnd(scan);
  }
  Scanner scan(body);
  if (!scan.TakeAny(Scanner::kDigits)) return false;
  scan.TakeRun(Scanner::kDigitsOrBar);
  if (scan.Take('.')) {
    scan.TakeRun(Scanner::kDigitsOrBar);
    return ExponentOrEnd(scan);
  }
  if (!scan.TakeSexagesimals() || !scan.Take('.')) return false;
  scan.TakeRun(Scanner::kDigitsOrBar);
  return scan.AtEnd();
}

// "2001-12-14" or "2001-12-14t21:59:43.10-05:00" with some freedom.
bool IsTimestamp(std::string_view text) {
  auto shape = [&](std::string_view pattern) {
    return text.size() == pattern.size() &&
           std::equal(text.begin(), text.end(), pattern.begin(),
                      [](char c, char p) { return p == '0' ? c >= '0' && c <= '9' : c == p; });
  };
  if (shape("0000-00-00")) return true;
  Scanner scan(text);
  auto digits = [&](int least, int most) {
    int count = 0;
    while (count < most && scan.TakeAny(Scanner::kDigits)) ++count;
    return count >= least;
  };
  if (!digits(4, 4) || !scan.Take('-') || !digits(1, 2) || !scan.Take('-') || !digits(1, 2)) {
    return false;
  }
  if (!scan.TakeAny("Tt") && scan.TakeRun(" \t") == 0) return false;
  if (!digits(1, 2) || !scan.Take(':') || !digits(2, 2) || !scan.Take(':') || !digits(2, 2)) {
    return false;
  }
  if (scan.Take('.')) scan.TakeRun(Scanner::kDigits);
  scan.TakeRun(" \t");
  if (scan.TakeAny("-+")) {
    if (!digits(1, 2) || (scan.Take(':') && !digits(2, 2))) return false;
  } else {
    scan.Take('Z');
  }
  return scan.AtEnd();
}

std::string WithoutBars(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

base::Error NotA(std::string_view kind, std::string_view text) {
  constexpr size_t kShown = 60;
  return {Code::kInvalidArgument,
          "'" + std::string(text.substr(0, kShown)) + "' is not " + std::string(kind)};
}

// The sign, and the digits of base 60 read as one number.
double Sexagesimal(std::string_view digits) {
  double value = 0;
  while (true) {
    size_t colon = digits.find(':');
    std::string_view part = digits.substr(0, colon);
    double number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    value = value * 60 + number;
    if (colon == std::string_view::npos) return value;
    digits.remove_prefix(colon + 1);
  }
}

std::optional<Json> FromDouble(double value) {
  // 2^53: below it a double holds every integer.
  if (value > -9007199254740992.0 && value < 9007199254740992.0) {
    return Json(static_cast<int64_t>(value));
  }
  return Json(value);
}

// Digits in a base, beyond 64 bits as a double. from_chars for doubles knows bases 10 and 16 alone.
std::optional<Json> Digits(std::string_view digits, int base, bool negative) {
  if (digits.empty()) return std::nullopt;
  const char* end = digits.data() + digits.size();
  std::string text = negative ? "-" + std::string(digits) : std::string(digits);
  int64_t value = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc()) return Json(value);
  double large = 0;
  if (base == 10) {
    if (std::from_chars(digits.data(), end, large).ec != std::errc()) return std::nullopt;
  } else {
    for (char c : digits) {
      int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      large = large * base + digit;
    }
    if (large > std::numeric_limits<double>::max()) return std::nullopt;
  }
  return Json(negative ? -large : large);
}

std::optional<Json> IntValue(std::string_view text) {
  std::string clean = WithoutBars(text);
  std::string_view digits = WithoutSign(clean);
  bool negative = clean.starts_with("-");
  if (digits == "0") return Json(0);
  if (digits.starts_with("0b")) return Digits(digits.substr(2), 2, negative);
  if (digits.starts_with("0x")) return Digits(digits.substr(2), 16, negative);
  if (digits.starts_with("0")) return Digits(digits, 8, negative);
  if (digits.find(':') == std::string_view::npos) return Digits(digits, 10, negative);
  Scanner scan(digits);
  if (scan.TakeRun(Scanner::kDigits) == 0 || !scan.TakeSexagesimals() || !scan.AtEnd()) {
    return std::nullopt;
  }
  double value = Sexagesimal(digits);
  return FromDouble(negative ? -value : value);
}

std::optional<Json> FloatValue(std::string_view text) {
  std::string clean = base::ToLower(WithoutBars(text));
  std::string_view digits = WithoutSign(clean);
  double sign = clean.starts_with("-") ? -1 : 1;
  if (digits == ".inf") return Json(sign * std::numeric_limits<double>::infinity());
  if (digits == ".nan") return Json(std::numeric_limits<double>::quiet_NaN());
  if (digits.find(':') != std::string_view::npos) {
    if (!IsFloat(clean) && !IsInt(clean)) return std::nullopt;
    return Json(sign * Sexagesimal(digits));
  }
  if (digits.empty() || digits.find_first_of("in") != std::string_view::npos) return std::nullopt;
  double value = 0;
  auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) {
    // As Python has it: too small is zero, too large is infinite.
    bool small = digits.find("e-") != std::string_view::npos;
    value = small ? 0 : std::numeric_limits<double>::infinity();
  } else if (parsed.ec != std::errc()) {
    return std::nullopt;
  }
  return Json(sign * value);
}

}  // namespace

YamlKind ResolvePlainScalar(std::string_view text) {
  if (OneOf(text, {"", "~", "null", "Null", "NULL"})) return YamlKind::kNull;
  if (OneOf(text, {"yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False",
                   "FALSE", "on", "On", "ON", "off", "Off", "OFF"})) {
    return YamlKind::kBool;
  }
  if (text == "<<") return YamlKind::kMerge;
  if (std::string_view("+-.0123456789").find(text[0]) == std::string_view::npos) {
    return YamlKind::kString;
  }
  if (IsFloat(text)) return YamlKind::kFloat;
  if (IsInt(text)) return YamlKind::kInt;
  if (IsTimestamp(text)) return YamlKind::kTimestamp;
  return YamlKind::kString;
}

Result<Json> ConstructScalar(YamlKind kind, std::string_view text) {
  switch (kind) {
    case YamlKind::kNull:
      return Json();
    case YamlKind::kBool: {
      std::string word = base::ToLower(text);
      if (OneOf(word, {"yes", "true", "on"})) return Json(true);
      if (OneOf(word, {"no", "false", "off"})) return Json(false);
      return Fail(NotA("a boolean", text));
    }
    case YamlKind::kInt: {
      std::optional<Json> value = IntValue(text);
      if (!value) return Fail(NotA("an integer", text));
      return *std::move(value);
    }
    case YamlKind::kFloat: {
      std::optional<Json> value = FloatValue(text);
      if (!value) return Fail(NotA("a number", text));
      return *std::move(value);
    }
    case YamlKind::kString:
    case YamlKind::kTimestamp:
    case YamlKind::kMerge:
      break;
  }
  return Json(text);
}

}  // namespace penstock::text
