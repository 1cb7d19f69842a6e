// SPDX-License-Identifier: Apache-2.0
#include "iam/policy_field.h"

namespace penstock::iam {

using base::Code;
using base::Fail;
using base::Result;

Result<std::string> ScalarText(const text::Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool() || value.is_number()) return text::FormatJson(value);
  return Fail(Code::kInvalidArgument, "must be a string, is " + std::string(value.KindName()));
}

Result<std::vector<std::string>> StringOrList(const text::Json& value) {
  if (value.is_string()) return std::vector<std::string>{value.as_string()};
  if (!value.is_array()) {
    return Fail(Code::kInvalidArgument,
                "must be a string or a list of strings, is " + std::string(value.KindName()));
  }
  std::vector<std::string> result;
  for (const text::Json& element : value.as_array()) {
    if (!element.is_string()) {
      return Fail(Code::kInvalidArgument,
                  "must be a list of strings, has " + std::string(element.KindName()));
    }
    result.push_back(element.as_string());
  }
  if (result.empty()) return Fail(Code::kInvalidArgument, "is an empty list");
  return result;
}

}  // namespace penstock::iam
