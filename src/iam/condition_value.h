// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "iam/condition_operator.h"
#include "iam/ip_range.h"
#include "iam/value_pattern.h"

namespace penstock::iam {

// One value that a condition compares with, read as its operator wants it.
class ConditionValue {
 public:
  static base::Result<ConditionValue> Parse(const ConditionOperator& op, std::string_view text);

  // Whether `given`, a value of the request, stands in the operator's relation to this one. The
  // operator is the one it was parsed for; its negation and quantifier are the caller's business.
  // What cannot be read as the operator's kind stands in no relation.
  bool Holds(const ConditionOperator& op, std::string_view given,
             const RequestContext& context) const;

  // Names one value, or so few that it tells callers apart: for Policy::IsPublic.
  bool IsNarrow() const;
  bool as_bool() const { return std::get<bool>(value_); }

 private:
  struct Arn {
    std::vector<ValuePattern> parts;  // six; wildcards do not reach over the first five colons
  };
  struct Binary {
    std::string bytes;
  };
  using Value = std::variant<ValuePattern, Arn, Binary, IpRange, double, base::Time, bool>;

  explicit ConditionValue(Value value) : value_(std::move(value)) {}
  static base::Result<ConditionValue> ParseArn(std::string_view text);
  static bool ArnHolds(const Arn& arn, std::string_view given, const RequestContext& context);

  Value value_;
};

}  // namespace penstock::iam
