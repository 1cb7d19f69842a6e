// SPDX-License-Identifier: Apache-2.0
#include "ir/sdk_condition.h"

namespace penstock::ir {
namespace {

// What an operand of the SDK begins with, where it is no text.
constexpr std::string_view kOperands[] = {"inputs.parameter_values['", "int(inputs.",
                                          "double(inputs.", "!("};

bool StartsTerm(std::string_view text) {
  for (std::string_view operand : kOperands) {
    if (text.starts_with(operand)) return true;
  }
  return false;
}

constexpr std::string_view kComparisons[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};

// Whether `rest`, behind a quote, is what follows an operand on the left of a comparison.
bool FollowsLeft(std::string_view rest) {
  for (std::string_view comparison : kComparisons) {
    if (rest.starts_with(comparison) && StartsTerm(rest.substr(comparison.size()))) return true;
  }
  return false;
}

bool FollowsRight(std::string_view rest) {
  if (rest.starts_with(')')) rest.remove_prefix(1);
  return rest.empty() || (rest.starts_with(" && ") && StartsTerm(rest.substr(4)));
}

bool EndsWithComparison(std::string_view text) {
  for (std::string_view comparison : kComparisons) {
    if (text.ends_with(comparison)) return true;
  }
  return false;
}

void AppendEscaped(std::string_view text, std::string& out) {
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

std::optional<std::string> EscapeSdkTexts(std::string_view condition) {
  std::string out;
  bool changed = false;
  size_t at = 0;
  while (at < condition.size()) {
    const char c = condition[at];
    const bool name = out.ends_with('[');
    const bool right = EndsWithComparison(out);
    out += c;
    ++at;
    if (c != '\'') continue;
    size_t end = at;
    for (;; ++end) {
      end = condition.find('\'', end);
      if (end == std::string_view::npos) return std::nullopt;
      std::string_view rest = condition.substr(end + 1);
      if (name ? rest.starts_with(']') : right ? FollowsRight(rest) : FollowsLeft(rest)) break;
    }
    const size_t before = out.size();
    AppendEscaped(condition.substr(at, end - at), out);
    changed = changed || out.size() - before != end - at;
    out += '\'';
    at = end + 1;
  }
  if (!changed) return std::nullopt;
  return out;
}

}  // namespace penstock::ir
