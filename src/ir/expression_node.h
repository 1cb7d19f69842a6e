// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::ir {

// A node of a parsed expression. `operands` by kind:
//   kMember, kHas: object (name = the field)     kIndex: container, key
//   kCall: arguments (name = the function)       kMethod: receiver, arguments (name)
//   kAnd, kOr: two or more                       kCompare: left, right (name = the operator)
//   kIn: element, container                      kConditional: condition, then, else
struct ExpressionNode {
  enum class Kind {
    kLiteral,
    kIdentifier,
    kMember,
    kHas,
    kIndex,
    kCall,
    kMethod,
    kList,
    kNot,
    kNegate,
    kAnd,
    kOr,
    kCompare,
    kIn,
    kConditional,
  };

  Kind kind = Kind::kLiteral;
  std::string name;
  text::Json literal;
  std::vector<std::unique_ptr<ExpressionNode>> operands;
  int height = 1;  // bounded, so that walks over the tree may recurse
};

// kInvalidArgument says what is wrong and at which byte.
base::Result<std::unique_ptr<ExpressionNode>> ParseExpression(std::string_view text);

// The value of the expression, its identifiers being the members of `environment`.
base::Result<text::Json> EvaluateExpression(const ExpressionNode& node,
                                            const text::Json::Object& environment);

}  // namespace penstock::ir
