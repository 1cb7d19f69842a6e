// SPDX-License-Identifier: Apache-2.0
#include "executor/local/requirement.h"

#include "base/encoding.h"

namespace penstock::executor {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsNameByte(char c) { return IsLetterOrDigit(c) || c == '-' || c == '_' || c == '.'; }

size_t NameLength(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && IsNameByte(text[length])) ++length;
  return length;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string RequirementProject(std::string_view requirement) {
  const std::string_view text = base::Trim(requirement);
  const size_t length = NameLength(text);
  if (length == 0 || !IsLetterOrDigit(text.front())) return "";
  const std::string_view rest = base::Trim(text.substr(length));
  // What may follow a name: extras, a version, a URL, a marker.
  if (!rest.empty() && std::string_view("[(<>=!~@;").find(rest.front()) == std::string_view::npos) {
    return "";
  }
  std::string name;
  for (char c : base::ToLower(text.substr(0, length))) {
    const bool separator = c == '_' || c == '.' || c == '-';
    if (separator && !name.empty() && name.back() == '-') continue;
    name += separator ? '-' : c;
  }
  return name;
}

std::string NormalRequirement(std::string_view requirement) {
  const std::string_view text = base::Trim(requirement);
  std::string normal = RequirementProject(text);
  for (char c : text.substr(normal.empty() ? 0 : NameLength(text))) {
    if (!IsBlank(c)) normal += c;
  }
  return normal;
}

std::string HideCredentials(std::string_view text) {
  std::string hidden;
  while (true) {
    const size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return hidden + std::string(text);
    hidden += text.substr(0, scheme + 3);
    text.remove_prefix(scheme + 3);
    const size_t end = text.find_first_of("/ \t'\"`<>");
    const size_t at = text.substr(0, end).rfind('@');
    if (at == std::string_view::npos) continue;
    hidden += "***";
    text.remove_prefix(at);
  }
}

}  // namespace penstock::executor
