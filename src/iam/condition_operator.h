// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"

namespace penstock::iam {

enum class Comparison {
  kString,
  kStringIgnoringCase,
  kStringLike,
  kNumeric,
  kDate,
  kBool,
  kBinary,
  kIpAddress,
  kArn,
  kNull,
};
enum class Relation { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// A condition operator as AWS writes them: "StringEquals", "NumericLessThanIfExists",
// "ForAnyValue:StringLike" (IAM JSON policy reference, "Condition operators").
struct ConditionOperator {
  // How the values of a key are gathered into one answer.
  enum class Quantifier { kNone, kForAllValues, kForAnyValue };

  Comparison comparison = Comparison::kString;
  Relation relation = Relation::kEqual;
  bool negated = false;
  bool if_exists = false;  // an absent key fulfils the condition
  Quantifier quantifier = Quantifier::kNone;
};

base::Result<ConditionOperator> ParseConditionOperator(std::string_view name);

}  // namespace penstock::iam
