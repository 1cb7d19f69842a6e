// SPDX-License-Identifier: Apache-2.0
#include "text/header_value.h"

#include "base/encoding.h"
#include "text/url.h"

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// Takes one parameter's value off the front of `rest`.
Result<std::string> TakeValue(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    size_t end = std::min(rest.find(';'), rest.size());
    std::string value(base::Trim(rest.substr(0, end)));
    rest.remove_prefix(end);
    return value;
  }
  std::string value;
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest = base::Trim(rest.substr(i + 1));
      return value;
    }
    // Only these two are ever escaped; a backslash elsewhere is part of a Windows path.
    bool escaped =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (escaped) ++i;
    value.push_back(rest[i]);
  }
  return Fail(Code::kInvalidArgument, "a quoted value has no end");
}

}  // namespace

const std::string* HeaderValue::Find(std::string_view name) const {
  for (const auto& [key, parameter] : parameters) {
    if (key == name) return &parameter;
  }
  return nullptr;
}

Result<HeaderValue> ParseHeaderValue(std::string_view text) {
  HeaderValue result;
  size_t end = std::min(text.find(';'), text.size());
  result.value = base::ToLower(base::Trim(text.substr(0, end)));
  std::string_view rest = text.substr(end);
  while (!rest.empty()) {
    if (rest.front() != ';') {
      return Fail(Code::kInvalidArgument, "a parameter must begin with a semicolon");
    }
    rest = base::Trim(rest.substr(1));
    if (rest.empty()) break;
    size_t equals = rest.find('=');
    if (equals == std::string_view::npos || equals > rest.find(';')) {
      return Fail(Code::kInvalidArgument, "a parameter has no value");
    }
    std::string name = base::ToLower(base::Trim(rest.substr(0, equals)));
    rest = base::Trim(rest.substr(equals + 1));
    PENSTOCK_TRY(std::string value, TakeValue(rest));
    result.parameters.emplace_back(std::move(name), std::move(value));
  }
  return result;
}

std::string FormFilename(const HeaderValue& disposition) {
  std::string name;
  if (const std::string* plain = disposition.Find("filename")) name = *plain;
  if (const std::string* extended = disposition.Find("filename*")) {
    std::string_view encoded = *extended;
    if (base::ToLower(encoded.substr(0, 7)) == "utf-8''") {
      if (auto decoded = PercentDecode(encoded.substr(7))) name = *std::move(decoded);
    }
  }
  size_t slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

}  // namespace penstock::text
