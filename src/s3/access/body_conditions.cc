// SPDX-License-Identifier: Apache-2.0
#include "s3/access/body_conditions.h"

#include <string>

#include "s3/access/permission.h"
#include "s3/lock_headers.h"

namespace penstock::s3 {

iam::MapContext ConditionsOfTags(const TagList& tags) {
  iam::MapContext conditions;
  iam::ContextValues keys;
  for (const auto& [key, value] : tags) {
    keys.push_back(key);
    conditions.Set("s3:RequestObjectTag/" + key, {value});
  }
  conditions.Set("s3:RequestObjectTagKeys", std::move(keys));
  return conditions;
}

iam::MapContext ConditionsOfRetention(const store::Retention& retention, base::Time now) {
  iam::MapContext conditions;
  if (retention.mode == store::RetentionMode::kNone) return conditions;
  conditions.Set("s3:object-lock-mode", {std::string(RetentionModeName(retention.mode))});
  conditions.Set("s3:object-lock-retain-until-date", {base::FormatIso8601Millis(retention.until)});
  conditions.Set("s3:object-lock-remaining-retention-days",
                 {std::to_string(RemainingDays(retention.until, now))});
  return conditions;
}

iam::MapContext ConditionsOfLegalHold(bool hold) {
  return {{"s3:object-lock-legal-hold", {hold ? "ON" : "OFF"}}};
}

iam::MapContext ConditionsOfLocation(std::string_view location) {
  iam::MapContext conditions;
  if (!location.empty()) conditions.Set("s3:LocationConstraint", {std::string(location)});
  return conditions;
}

base::Status RequireWithBody(Call& call, std::string_view action, const iam::MapContext& body) {
  AccessTarget target = TargetOf(call);
  return call.gate.Require(VersionAction(action, target), target, &body);
}

}  // namespace penstock::s3
