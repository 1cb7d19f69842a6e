// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::ir {

struct ExpressionToken {
  enum class Kind { kIdentifier, kLiteral, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;    // identifier or symbol
  text::Json literal;  // number or string
  size_t position = 0;
};

// "syntax error in the expression at byte 12: …"
base::Error ExpressionSyntaxError(size_t position, std::string_view message);

// Ends with a kEnd token.
base::Result<std::vector<ExpressionToken>> TokenizeExpression(std::string_view text);

}  // namespace penstock::ir
