// SPDX-License-Identifier: Apache-2.0
#include "iam/condition_operator.h"

#include <string>

namespace penstock::iam {
namespace {

struct NamedOperator {
  std::string_view name;
  Comparison comparison;
  Relation relation = Relation::kEqual;
  bool negated = false;
};

constexpr bool kNegated = true;
constexpr NamedOperator kOperators[] = {
    {"StringEquals", Comparison::kString},
    {"StringNotEquals", Comparison::kString, Relation::kEqual, kNegated},
    {"StringEqualsIgnoreCase", Comparison::kStringIgnoringCase},
    {"StringNotEqualsIgnoreCase", Comparison::kStringIgnoringCase, Relation::kEqual, kNegated},
    {"StringLike", Comparison::kStringLike},
    {"StringNotLike", Comparison::kStringLike, Relation::kEqual, kNegated},
    {"NumericEquals", Comparison::kNumeric},
    {"NumericNotEquals", Comparison::kNumeric, Relation::kEqual, kNegated},
    {"NumericLessThan", Comparison::kNumeric, Relation::kLess},
    {"NumericLessThanEquals", Comparison::kNumeric, Relation::kLessOrEqual},
    {"NumericGreaterThan", Comparison::kNumeric, Relation::kGreater},
    {"NumericGreaterThanEquals", Comparison::kNumeric, Relation::kGreaterOrEqual},
    {"DateEquals", Comparison::kDate},
    {"DateNotEquals", Comparison::kDate, Relation::kEqual, kNegated},
    {"DateLessThan", Comparison::kDate, Relation::kLess},
    {"DateLessThanEquals", Comparison::kDate, Relation::kLessOrEqual},
    {"DateGreaterThan", Comparison::kDate, Relation::kGreater},
    {"DateGreaterThanEquals", Comparison::kDate, Relation::kGreaterOrEqual},
    {"Bool", Comparison::kBool},
    {"BinaryEquals", Comparison::kBinary},
    {"IpAddress", Comparison::kIpAddress},
    {"NotIpAddress", Comparison::kIpAddress, Relation::kEqual, kNegated},
    {"ArnEquals", Comparison::kArn},
    {"ArnLike", Comparison::kArn},
    {"ArnNotEquals", Comparison::kArn, Relation::kEqual, kNegated},
    {"ArnNotLike", Comparison::kArn, Relation::kEqual, kNegated},
    {"Null", Comparison::kNull},
};

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

base::Result<ConditionOperator> ParseConditionOperator(std::string_view name) {
  using Quantifier = ConditionOperator::Quantifier;
  std::string_view bare = name;
  ConditionOperator result;
  if (TakePrefix(bare, "ForAllValues:")) {
    result.quantifier = Quantifier::kForAllValues;
  } else if (TakePrefix(bare, "ForAnyValue:")) {
    result.quantifier = Quantifier::kForAnyValue;
  }
  result.if_exists = TakeSuffix(bare, "IfExists");
  for (const NamedOperator& known : kOperators) {
    if (known.name != bare) continue;
    result.comparison = known.comparison;
    result.relation = known.relation;
    result.negated = known.negated;
    bool plain = !result.if_exists && result.quantifier == Quantifier::kNone;
    if (known.comparison == Comparison::kNull && !plain) break;
    return result;
  }
  return base::Fail(base::Code::kInvalidArgument,
                    "'" + std::string(name.substr(0, 64)) +
                        "' is no condition operator (such as StringEquals or IpAddress)");
}

}  // namespace penstock::iam
