// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "events/event.h"

namespace penstock::events {

// Reasons of errors about configurations.
inline constexpr std::string_view kMalformed = "malformed_notification";
inline constexpr std::string_view kBadRule = "bad_notification_rule";

// Which events a receiver wants.
struct EventFilter {
  std::vector<std::string> events;  // patterns
  std::string prefix;
  std::string suffix;

  bool Wants(const Event& event) const;
};

struct NotificationRule {
  std::string id;
  std::string arn;     // as it was given
  std::string target;  // the receiver's name in it
  EventFilter filter;
};

inline constexpr size_t kMaxNotificationRules = 100;

// "webhooks" in "arn:minio:sqs::webhooks:webhook" or "arn:penstock:sqs:us-east-1:webhooks:webhook";
// empty where the text is no such ARN.
std::string TargetOf(std::string_view arn);

// Reads a NotificationConfiguration (Amazon S3 API, PutBucketNotificationConfiguration). Pure.
// kInvalidArgument with one of the reasons above. Rules for topics and functions are refused: there
// are none here.
base::Result<std::vector<NotificationRule>> ParseNotificationRules(std::string_view xml);

// kInvalidArgument (bad_notification_rule) where a rule names a receiver that is not among these.
base::Status CheckTargets(const std::vector<NotificationRule>& rules,
                          const std::set<std::string>& targets);

// The document that says the same.
std::string FormatNotificationRules(const std::vector<NotificationRule>& rules);

}  // namespace penstock::events
