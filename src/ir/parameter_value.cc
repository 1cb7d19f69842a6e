// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include "ir/executor_io.h"
#include "ir/parse.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

// A whole double as an integer where one can hold it, so that it prints and compares as one.
Json AsWhole(const Json& value) {
  constexpr double kBound = 9007199254740992.0;  // 2^53: beyond it the text is kept as it was
  if (!value.is_double() || std::abs(value.as_number()) > kBound) return value;
  return Json(static_cast<int64_t>(value.as_number()));
}

}  // namespace

base::Result<Json> ConvertParameter(const Json& value, ParameterType type) {
  if (type == ParameterType::kString && !value.is_string() && !value.is_null()) {
    return Json(text::FormatJson(value));
  }
  if (!HasType(value, type)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "a value of type " + std::string(ParameterTypeName(type)) +
                          " is wanted, but this is " +
                          (value.is_number() ? "the number " + text::FormatJson(value)
                                             : std::string(value.KindName())));
  }
  return type == ParameterType::kNumberInteger ? AsWhole(value) : value;
}

}  // namespace penstock::ir
