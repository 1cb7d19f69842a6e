// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "text/json.h"

namespace penstock::ir {

// The subset of CEL that compiled pipelines use in conditions and selectors (docs/compatibility.md
// lists it), with CEL's semantics: == across types is false, ordering across types is an error, and
// a decided || or && absorbs errors of its other side.
class Expression {
 public:
  virtual ~Expression() = default;
  static base::Result<std::unique_ptr<Expression>> Parse(std::string_view text);
  // A trigger condition: inputs.parameter_values is `parameters`; the result must be a boolean.
  virtual base::Result<bool> EvaluateCondition(const text::Json::Object& parameters) const = 0;
  // A parameter selector over one value (string_value, number_value, …).
  virtual base::Result<text::Json> EvaluateSelector(const text::Json& value) const = 0;
};

}  // namespace penstock::ir
