// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/bucket_inventory.h"

#include <algorithm>

#include "inventory/inventory_rule.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/inventory_document.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
using inventory::InventoryRule;
using Rules = std::vector<InventoryRule>;

// As AWS has it; and a setting is no larger than a mebibyte.
constexpr size_t kMaxRules = 1000;
constexpr size_t kPageRules = 100;

Result<Rules> RulesOf(const store::BucketInfo& bucket) {
  const std::string* setting = bucket.FindSetting(store::setting::kInventory);
  if (setting == nullptr) return Rules();
  return inventory::ParseRules(*setting);
}

auto WithId(Rules& rules, std::string_view id) {
  return std::find_if(rules.begin(), rules.end(),
                      [&](const InventoryRule& rule) { return rule.id == id; });
}

Status Keep(store::BucketInfo& bucket, const Rules& rules) {
  bucket.settings[std::string(store::setting::kInventory)] = inventory::FormatRules(rules);
  return {};
}

// Whoever has a report written must be allowed to write it, and to read what it tells.
Status CheckReach(Call& call, const InventoryRule& rule) {
  std::string key = rule.destination_prefix.empty() ? "" : rule.destination_prefix + "/";
  key += call.bucket() + "/" + rule.id + "/";
  if (!call.store.GetBucket(rule.destination)) {
    return Refuse(code::kInvalidS3DestinationBucket);
  }
  key += "manifest.json";
  AccessTarget destination{rule.destination, key, ""};
  PENSTOCK_RETURN_IF_ERROR(call.gate.Require("s3:PutObject", destination));
  AccessTarget source{call.bucket(), "", ""};
  return call.gate.Require("s3:ListBucketVersions", source);
}

Status ListRules(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  PENSTOCK_TRY(Rules rules, RulesOf(*bucket));
  std::sort(rules.begin(), rules.end(),
            [](const auto& one, const auto& other) { return one.id < other.id; });
  std::string after = call.query.GetOr("continuation-token", "");
  auto first = std::find_if(rules.begin(), rules.end(),
                            [&](const InventoryRule& rule) { return rule.id > after; });
  size_t count = std::min<size_t>(kPageRules, static_cast<size_t>(rules.end() - first));
  bool more = first + static_cast<std::ptrdiff_t>(count) != rules.end();
  text::XmlWriter xml;
  xml.Open("ListInventoryConfigurationsResult", kXmlns);
  if (!after.empty()) xml.Text("ContinuationToken", after);
  for (size_t i = 0; i < count; ++i) WriteInventory(first[static_cast<std::ptrdiff_t>(i)], "", xml);
  xml.Bool("IsTruncated", more);
  if (more) xml.Text("NextContinuationToken", first[static_cast<std::ptrdiff_t>(count) - 1].id);
  return SendXml(call, xml);
}

}  // namespace

Status GetBucketInventory(Call& call) {
  const std::string* id = call.query.Find("id");
  if (id == nullptr) return ListRules(call);
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  PENSTOCK_TRY(Rules rules, RulesOf(*bucket));
  auto found = WithId(rules, *id);
  if (found == rules.end()) return Refuse(code::kNoSuchConfiguration);
  text::XmlWriter xml;
  WriteInventory(*found, kXmlns, xml);
  return SendXml(call, xml);
}

Status PutBucketInventory(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(InventoryRule rule, ParseInventory(body));
  if (call.query.GetOr("id", "") != rule.id) {
    return Refuse(code::kInvalidArgument, "the Id must be the one that the query names");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckReach(call, rule));
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        PENSTOCK_TRY(Rules rules, RulesOf(bucket));
        auto found = WithId(rules, rule.id);
        if (found != rules.end()) {
          *found = rule;
        } else if (rules.size() < kMaxRules) {
          rules.push_back(rule);
        } else {
          return Refuse(code::kInvalidRequest, "a bucket has at most 1000 inventories");
        }
        return Keep(bucket, rules);
      }));
  return SendEmpty(call, 200);
}

Status DeleteBucketInventory(Call& call) {
  const std::string id = call.query.GetOr("id", "");
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        PENSTOCK_TRY(Rules rules, RulesOf(bucket));
        auto found = WithId(rules, id);
        if (found == rules.end()) return Refuse(code::kNoSuchConfiguration);
        rules.erase(found);
        return Keep(bucket, rules);
      }));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
