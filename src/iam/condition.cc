// SPDX-License-Identifier: Apache-2.0
#include "iam/condition.h"

#include <algorithm>
#include <array>

#include "iam/policy_field.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using Quantifier = ConditionOperator::Quantifier;

// The keys whose fixed value makes a policy for everybody not public (Amazon S3 user guide, "The
// meaning of public").
constexpr std::array<std::string_view, 10> kKeysOfOrigin = {
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:sourceaccount",
    "aws:sourcearn",        "aws:sourceip",     "aws:sourcevpc",      "aws:sourcevpce",
    "aws:userid",           "aws:username",
};

}  // namespace

Result<std::vector<Condition>> Condition::ParseBlock(const text::Json& block) {
  if (!block.is_object()) {
    return Fail(Code::kInvalidArgument,
                "must be an object of operators, is " + std::string(block.KindName()));
  }
  std::vector<Condition> conditions;
  for (const auto& [name, keys] : block.as_object()) {
    PENSTOCK_TRY(ConditionOperator op, ParseConditionOperator(name));
    if (!keys.is_object() || keys.as_object().empty()) {
      return Fail(Code::kInvalidArgument, name + ": must be an object of condition keys");
    }
    for (const auto& [key, values] : keys.as_object()) {
      auto condition = Parse(op, key, values);
      if (!condition) return Fail(std::move(condition).error().Wrap(name + ": " + key));
      conditions.push_back(*std::move(condition));
    }
  }
  return conditions;
}

Result<Condition> Condition::Parse(const ConditionOperator& op, const std::string& key,
                                   const text::Json& values) {
  size_t colon = key.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == key.size()) {
    return Fail(Code::kInvalidArgument,
                "is no condition key; write service:name, such as "
                "aws:SourceIp");
  }
  Condition condition;
  condition.operator_ = op;
  condition.key_ = NormalConditionKey(key);
  if (!values.is_array()) {
    PENSTOCK_RETURN_IF_ERROR(condition.AddValue(values));
    return condition;
  }
  for (const text::Json& value : values.as_array()) {
    PENSTOCK_RETURN_IF_ERROR(condition.AddValue(value));
  }
  if (condition.values_.empty()) return Fail(Code::kInvalidArgument, "has no value");
  return condition;
}

Status Condition::AddValue(const text::Json& value) {
  PENSTOCK_TRY(std::string text, ScalarText(value));
  PENSTOCK_TRY(ConditionValue parsed, ConditionValue::Parse(operator_, text));
  values_.push_back(std::move(parsed));
  return {};
}

// Several values are alternatives; under a negated operator none of them may match.
bool Condition::HoldsFor(const std::string& given, const RequestContext& context) const {
  bool any = std::any_of(values_.begin(), values_.end(), [&](const ConditionValue& value) {
    return value.Holds(operator_, given, context);
  });
  return any != operator_.negated;
}

bool Condition::Holds(const RequestContext& context) const {
  ContextValues given = context.Find(key_);
  if (operator_.comparison == Comparison::kNull) {
    bool absent = given.empty();
    return std::any_of(values_.begin(), values_.end(),
                       [&](const ConditionValue& value) { return value.as_bool() == absent; });
  }
  auto holds = [&](const std::string& value) { return HoldsFor(value, context); };
  if (given.empty()) {
    if (operator_.if_exists || operator_.quantifier == Quantifier::kForAllValues) return true;
    return operator_.negated && operator_.quantifier == Quantifier::kNone;
  }
  switch (operator_.quantifier) {
    case Quantifier::kForAllValues:
      return std::all_of(given.begin(), given.end(), holds);
    case Quantifier::kForAnyValue:
      return std::any_of(given.begin(), given.end(), holds);
    case Quantifier::kNone:
      break;
  }
  // Without a quantifier AWS leaves several values undefined. One forbidden value is enough to
  // break a negated condition, so that nothing slips through beside it.
  return operator_.negated ? std::all_of(given.begin(), given.end(), holds)
                           : std::any_of(given.begin(), given.end(), holds);
}

bool Condition::NarrowsWhoAsks() const {
  bool of_origin =
      std::find(kKeysOfOrigin.begin(), kKeysOfOrigin.end(), key_) != kKeysOfOrigin.end();
  if (!of_origin || operator_.negated || operator_.if_exists) return false;
  if (operator_.comparison == Comparison::kNull) return false;
  if (operator_.quantifier == Quantifier::kForAllValues) return false;
  return std::all_of(values_.begin(), values_.end(),
                     [](const ConditionValue& value) { return value.IsNarrow(); });
}

}  // namespace penstock::iam
