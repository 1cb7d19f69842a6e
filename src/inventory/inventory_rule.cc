// SPDX-License-Identifier: Apache-2.0
#include "inventory/inventory_rule.h"

#include <algorithm>
#include <iterator>

#include "text/json.h"

namespace penstock::inventory {
namespace {

using text::Json;

InventoryRule ReadRule(const Json& json) {
  InventoryRule rule;
  rule.id = json.StringOr("id", "");
  rule.enabled = json.BoolOr("enabled", false);
  rule.destination = json.StringOr("destination", "");
  rule.destination_prefix = json.StringOr("destination_prefix", "");
  rule.account = json.StringOr("account", "");
  rule.encryption = static_cast<store::EncryptionKind>(json.IntegerOr("encryption", 0));
  rule.encryption_key = json.StringOr("encryption_key", "");
  rule.prefix = json.StringOr("prefix", "");
  rule.all_versions = json.BoolOr("all_versions", true);
  rule.frequency = json.BoolOr("weekly", false) ? Frequency::kWeekly : Frequency::kDaily;
  const Json* fields = json.Find("fields");
  if (fields != nullptr && fields->is_array()) {
    for (const Json& field : fields->as_array()) rule.fields.push_back(field.as_string());
  }
  return rule;
}

}  // namespace

bool IsInventoryField(std::string_view name) {
  return std::find(std::begin(kInventoryFields), std::end(kInventoryFields), name) !=
         std::end(kInventoryFields);
}

std::string FormatRules(const std::vector<InventoryRule>& rules) {
  Json list{Json::Array{}};
  for (const InventoryRule& rule : rules) {
    Json json;
    json["id"] = rule.id;
    json["enabled"] = rule.enabled;
    json["destination"] = rule.destination;
    json["destination_prefix"] = rule.destination_prefix;
    json["account"] = rule.account;
    json["encryption"] = static_cast<int64_t>(rule.encryption);
    json["encryption_key"] = rule.encryption_key;
    json["prefix"] = rule.prefix;
    json["all_versions"] = rule.all_versions;
    json["weekly"] = rule.frequency == Frequency::kWeekly;
    json["fields"] = Json(Json::Array(rule.fields.begin(), rule.fields.end()));
    list.Append(std::move(json));
  }
  return text::FormatJson(list);
}

base::Result<std::vector<InventoryRule>> ParseRules(std::string_view setting) {
  PENSTOCK_TRY(Json list, text::ParseJson(setting));
  if (!list.is_array()) return base::Fail(base::Code::kDataLoss, "inventory rules are a list");
  std::vector<InventoryRule> rules;
  for (const Json& json : list.as_array()) rules.push_back(ReadRule(json));
  return rules;
}

}  // namespace penstock::inventory
