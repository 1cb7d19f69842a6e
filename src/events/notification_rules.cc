// SPDX-License-Identifier: Apache-2.0
#include "events/notification_rules.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "text/xml.h"

namespace penstock::events {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxDocumentBytes = size_t{256} << 10;
constexpr size_t kMaxIdBytes = 255;
constexpr size_t kMaxAffixBytes = 1024;
constexpr std::string_view kXmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

auto Malformed(const std::string& what) {
  return Fail(Code::kInvalidArgument, kMalformed, "the notification configuration " + what);
}

auto Bad(std::string what) { return Fail(Code::kInvalidArgument, kBadRule, std::move(what)); }

base::Status ReadFilterRule(const text::XmlElement& rule, EventFilter& filter, bool seen[2]) {
  std::string name = base::ToLower(rule.ChildText("Name"));
  std::string value = rule.ChildText("Value");
  if (name != "prefix" && name != "suffix") {
    return Bad("filter rule name must be either prefix or suffix");
  }
  bool is_suffix = name == "suffix";
  if (std::exchange(seen[is_suffix ? 1 : 0], true)) {
    return Bad("Cannot specify more than one " + name + " rule in a filter.");
  }
  if (value.size() > kMaxAffixBytes) {
    return Bad("Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation");
  }
  (is_suffix ? filter.suffix : filter.prefix) = std::move(value);
  return {};
}

base::Status ReadFilter(const text::XmlElement& element, EventFilter& filter) {
  bool seen[2] = {false, false};
  for (const text::XmlElement& kind : element.children) {
    if (kind.name != "S3Key") return Malformed("has a Filter with '" + kind.name + "'");
    for (const text::XmlElement& rule : kind.children) {
      if (rule.name != "FilterRule") return Malformed("has an S3Key with '" + rule.name + "'");
      PENSTOCK_RETURN_IF_ERROR(ReadFilterRule(rule, filter, seen));
    }
  }
  return {};
}

Result<NotificationRule> ReadRule(const text::XmlElement& element) {
  NotificationRule rule;
  for (const text::XmlElement& child : element.children) {
    if (child.name == "Id") {
      rule.id = child.text;
    } else if (child.name == "Queue") {
      rule.arn = child.text;
    } else if (child.name == "Event") {
      if (!IsKnownPattern(child.text)) {
        return Bad("A specified event is not supported for notifications: " + child.text);
      }
      rule.filter.events.push_back(child.text);
    } else if (child.name == "Filter") {
      PENSTOCK_RETURN_IF_ERROR(ReadFilter(child, rule.filter));
    } else {
      return Malformed("has a rule with '" + child.name + "'");
    }
  }
  if (rule.filter.events.empty()) return Malformed("has a rule without an Event");
  if (rule.id.size() > kMaxIdBytes) return Bad("the Id of a rule has more than 255 characters");
  rule.target = TargetOf(rule.arn);
  if (rule.target.empty()) return Bad("The ARN is not well formed");
  return rule;
}

// Rules without an Id get one, so that each can be told from the others.
base::Status NameRules(std::vector<NotificationRule>& rules) {
  std::set<std::string> ids;
  for (const NotificationRule& rule : rules) {
    if (!rule.id.empty() && !ids.insert(rule.id).second) {
      return Bad("Same ID used for multiple configurations. IDs must be unique");
    }
  }
  size_t number = 0;
  for (NotificationRule& rule : rules) {
    while (rule.id.empty()) {
      std::string id = "rule-" + std::to_string(++number);
      if (ids.insert(id).second) rule.id = std::move(id);
    }
  }
  return {};
}

void WriteFilterRule(text::XmlWriter& xml, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  xml.Open("FilterRule").Text("Name", name).Text("Value", value).Close();
}

}  // namespace

bool EventFilter::Wants(const Event& event) const {
  if (!event.key.starts_with(prefix) || !event.key.ends_with(suffix)) return false;
  return std::any_of(events.begin(), events.end(),
                     [&](const std::string& pattern) { return Covers(pattern, event.name); });
}

std::string TargetOf(std::string_view arn) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t colon = std::min(arn.find(':'), arn.size());
    parts.push_back(arn.substr(0, colon));
    if (colon == arn.size()) break;
    arn.remove_prefix(colon + 1);
  }
  bool fits = parts.size() == 6 && parts[0] == "arn" &&
              (parts[1] == "minio" || parts[1] == "penstock") && parts[2] == "sqs" &&
              parts[5] == "webhook";
  return fits ? std::string(parts[4]) : "";
}

Result<std::vector<NotificationRule>> ParseNotificationRules(std::string_view xml) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxDocumentBytes, .max_depth = 10});
  if (!root) return Malformed("is not XML: " + root.error().message());
  if (root->name != "NotificationConfiguration") return Malformed("has another root");
  std::vector<NotificationRule> rules;
  for (const text::XmlElement& child : root->children) {
    if (child.name == "TopicConfiguration" || child.name == "CloudFunctionConfiguration" ||
        child.name == "LambdaFunctionConfiguration" || child.name == "EventBridgeConfiguration") {
      return Bad("only QueueConfiguration is offered, for webhooks that the server was given");
    }
    if (child.name != "QueueConfiguration") return Malformed("has a '" + child.name + "'");
    if (rules.size() == kMaxNotificationRules) return Bad("there are more than 100 rules");
    PENSTOCK_TRY(NotificationRule rule, ReadRule(child));
    rules.push_back(std::move(rule));
  }
  PENSTOCK_RETURN_IF_ERROR(NameRules(rules));
  return rules;
}

base::Status CheckTargets(const std::vector<NotificationRule>& rules,
                          const std::set<std::string>& targets) {
  for (const NotificationRule& rule : rules) {
    if (targets.contains(rule.target)) continue;
    return Bad("A specified destination ARN does not exist or is not well-formed: " + rule.arn);
  }
  return {};
}

std::string FormatNotificationRules(const std::vector<NotificationRule>& rules) {
  text::XmlWriter xml;
  xml.Open("NotificationConfiguration", kXmlns);
  for (const NotificationRule& rule : rules) {
    xml.Open("QueueConfiguration").Text("Id", rule.id).Text("Queue", rule.arn);
    for (const std::string& event : rule.filter.events) xml.Text("Event", event);
    if (!rule.filter.prefix.empty() || !rule.filter.suffix.empty()) {
      xml.Open("Filter").Open("S3Key");
      WriteFilterRule(xml, "prefix", rule.filter.prefix);
      WriteFilterRule(xml, "suffix", rule.filter.suffix);
      xml.Close().Close();
    }
    xml.Close();
  }
  return xml.Finish();
}

}  // namespace penstock::events
