// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "iam/access_request.h"
#include "iam/condition_operator.h"
#include "iam/condition_value.h"
#include "text/json.h"

namespace penstock::iam {

// One key of a statement's Condition block under one operator.
class Condition {
 public:
  // A whole Condition block: {"StringEquals": {"s3:prefix": ["a", "b"]}, …}. All must hold.
  static base::Result<std::vector<Condition>> ParseBlock(const text::Json& block);

  bool Holds(const RequestContext& context) const;
  // Whether it keeps a statement that allows everybody from being public: it fixes one of the keys
  // that tell where a request comes from.
  bool NarrowsWhoAsks() const;

 private:
  static base::Result<Condition> Parse(const ConditionOperator& op, const std::string& key,
                                       const text::Json& values);
  base::Status AddValue(const text::Json& value);
  bool HoldsFor(const std::string& given, const RequestContext& context) const;

  ConditionOperator operator_;
  std::string key_;  // normal
  std::vector<ConditionValue> values_;
};

}  // namespace penstock::iam
