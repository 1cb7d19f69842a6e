// SPDX-License-Identifier: Apache-2.0
#include "ir/expression.h"

#include <utility>

#include "ir/expression_node.h"
#include "ir/sdk_condition.h"

namespace penstock::ir {
namespace {

using base::Result;
using text::Json;

// The fields of a google.protobuf.Value: the one of the value's kind, and string_value always.
Json::Object SelectorEnvironment(const Json& value) {
  Json::Object fields;
  fields["string_value"] = value.is_string() ? value : Json(text::FormatJson(value));
  if (value.is_null()) fields["null_value"] = value;
  if (value.is_bool()) fields["bool_value"] = value;
  if (value.is_number()) fields["number_value"] = value;
  if (value.is_array()) fields["list_value"] = value;
  if (value.is_object()) fields["struct_value"] = value;
  return fields;
}

class ParsedExpression final : public Expression {
 public:
  explicit ParsedExpression(std::unique_ptr<ExpressionNode> root) : root_(std::move(root)) {}

  Result<bool> EvaluateCondition(const Json::Object& parameters) const override {
    Json::Object inputs;
    inputs["parameter_values"] = Json(parameters);
    Json::Object environment;
    environment["inputs"] = Json(std::move(inputs));
    PENSTOCK_TRY(Json value, EvaluateExpression(*root_, environment));
    if (value.is_bool()) return value.as_bool();
    return base::Fail(
        base::Code::kInvalidArgument,
        "the condition must be true or false, but is " +
            (value.is_null() ? "null" : "a value of kind " + std::string(value.KindName())));
  }

  Result<Json> EvaluateSelector(const Json& value) const override {
    return EvaluateExpression(*root_, SelectorEnvironment(value));
  }

 private:
  std::unique_ptr<ExpressionNode> root_;
};

}  // namespace

Result<std::unique_ptr<Expression>> Expression::Parse(std::string_view text) {
  auto root = ParseExpression(text);
  if (!root) {
    auto meant = EscapeSdkTexts(text);
    auto again = meant ? ParseExpression(*meant) : Result<std::unique_ptr<ExpressionNode>>(nullptr);
    if (!meant || !again) return base::Fail(std::move(root).error());
    root = std::move(again);
  }
  return std::make_unique<ParsedExpression>(*std::move(root));
}

}  // namespace penstock::ir
