// SPDX-License-Identifier: Apache-2.0
#include "s3/inventory_document.h"

#include <algorithm>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
using inventory::Frequency;
using inventory::InventoryRule;
using store::EncryptionKind;
using text::XmlElement;

constexpr std::string_view kBucketArn = "arn:aws:s3:::";
constexpr size_t kMaxIdBytes = 64;

auto NotInSchema() { return Refuse(code::kMalformedXml); }

Status CheckChildren(const XmlElement& element, std::initializer_list<std::string_view> known) {
  for (const XmlElement& child : element.children) {
    bool is_known = std::find(known.begin(), known.end(), child.name) != known.end();
    bool repeated =
        std::count_if(element.children.begin(), element.children.end(),
                      [&](const XmlElement& other) { return other.name == child.name; }) > 1 &&
        child.name != "Field";
    if (!is_known || repeated) return NotInSchema();
  }
  return {};
}

Result<const XmlElement*> Needed(const XmlElement& element, std::string_view name) {
  const XmlElement* child = element.Child(name);
  if (child == nullptr) return NotInSchema();
  return child;
}

// One of two words.
Result<bool> Choice(const XmlElement& element, std::string_view yes, std::string_view no) {
  std::string_view text = base::Trim(element.text);
  if (text != yes && text != no) return NotInSchema();
  return text == yes;
}

Status ParseEncryption(const XmlElement& element, InventoryRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"SSE-S3", "SSE-KMS"}));
  if (element.children.size() != 1) return NotInSchema();
  const XmlElement& kind = element.children.front();
  if (kind.name == "SSE-S3") {
    rule.encryption = EncryptionKind::kServerKey;
    return {};
  }
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(kind, {"KeyId"}));
  rule.encryption = EncryptionKind::kNamedKey;
  rule.encryption_key = kind.ChildText("KeyId");
  return {};
}

Status ParseDestination(const XmlElement& element, InventoryRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"S3BucketDestination"}));
  PENSTOCK_TRY(const XmlElement* to, Needed(element, "S3BucketDestination"));
  PENSTOCK_RETURN_IF_ERROR(
      CheckChildren(*to, {"AccountId", "Bucket", "Encryption", "Format", "Prefix"}));
  PENSTOCK_TRY(const XmlElement* bucket, Needed(*to, "Bucket"));
  PENSTOCK_TRY(const XmlElement* format, Needed(*to, "Format"));
  std::string_view arn = base::Trim(bucket->text);
  if (!arn.starts_with(kBucketArn) || arn.size() == kBucketArn.size()) {
    return Refuse(code::kInvalidArgument, "the destination must be arn:aws:s3:::BUCKET");
  }
  rule.destination = arn.substr(kBucketArn.size());
  rule.destination_prefix = to->ChildText("Prefix");
  while (rule.destination_prefix.ends_with('/')) rule.destination_prefix.pop_back();
  rule.account = to->ChildText("AccountId");
  std::string_view name = base::Trim(format->text);
  if (name == "ORC" || name == "Parquet") {
    return Refuse(code::kNotImplemented, "inventories are written as CSV only");
  }
  if (name != "CSV") return NotInSchema();
  const XmlElement* encryption = to->Child("Encryption");
  return encryption == nullptr ? Status() : ParseEncryption(*encryption, rule);
}

Status ParseFields(const XmlElement& element, InventoryRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"Field"}));
  for (const XmlElement& field : element.children) {
    std::string name(base::Trim(field.text));
    if (!inventory::IsInventoryField(name)) {
      return Refuse(code::kNotImplemented, "inventories have no column '" + name + "'");
    }
    if (std::find(rule.fields.begin(), rule.fields.end(), name) != rule.fields.end()) {
      return NotInSchema();
    }
    rule.fields.push_back(std::move(name));
  }
  return {};
}

Status ParseId(const XmlElement& element, InventoryRule& rule) {
  rule.id = base::Trim(element.text);
  bool plain = std::all_of(rule.id.begin(), rule.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!rule.id.empty() && rule.id.size() <= kMaxIdBytes && plain) return {};
  return Refuse(code::kInvalidArgument, "the Id must be 1 to 64 letters, digits, '-', '_' and '.'");
}

}  // namespace

Result<InventoryRule> ParseInventory(std::string_view xml) {
  auto parsed = text::ParseXml(xml, {.max_bytes = kMaxXmlBytes, .max_depth = 8});
  if (!parsed || parsed->name != "InventoryConfiguration") return NotInSchema();
  const XmlElement& root = *parsed;
  PENSTOCK_RETURN_IF_ERROR(
      CheckChildren(root, {"Destination", "IsEnabled", "Filter", "Id", "IncludedObjectVersions",
                           "OptionalFields", "Schedule"}));
  InventoryRule rule;
  PENSTOCK_TRY(const XmlElement* id, Needed(root, "Id"));
  PENSTOCK_RETURN_IF_ERROR(ParseId(*id, rule));
  PENSTOCK_TRY(const XmlElement* enabled, Needed(root, "IsEnabled"));
  PENSTOCK_TRY(rule.enabled, Choice(*enabled, "true", "false"));
  PENSTOCK_TRY(const XmlElement* versions, Needed(root, "IncludedObjectVersions"));
  PENSTOCK_TRY(rule.all_versions, Choice(*versions, "All", "Current"));
  PENSTOCK_TRY(const XmlElement* schedule, Needed(root, "Schedule"));
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(*schedule, {"Frequency"}));
  PENSTOCK_TRY(const XmlElement* frequency, Needed(*schedule, "Frequency"));
  PENSTOCK_TRY(bool daily, Choice(*frequency, "Daily", "Weekly"));
  rule.frequency = daily ? Frequency::kDaily : Frequency::kWeekly;
  PENSTOCK_TRY(const XmlElement* destination, Needed(root, "Destination"));
  PENSTOCK_RETURN_IF_ERROR(ParseDestination(*destination, rule));
  if (const XmlElement* filter = root.Child("Filter")) {
    PENSTOCK_RETURN_IF_ERROR(CheckChildren(*filter, {"Prefix"}));
    rule.prefix = filter->ChildText("Prefix");
  }
  if (const XmlElement* fields = root.Child("OptionalFields")) {
    PENSTOCK_RETURN_IF_ERROR(ParseFields(*fields, rule));
  }
  return rule;
}

void WriteInventory(const InventoryRule& rule, std::string_view xmlns, text::XmlWriter& xml) {
  xml.Open("InventoryConfiguration", xmlns).Open("Destination").Open("S3BucketDestination");
  if (!rule.account.empty()) xml.Text("AccountId", rule.account);
  xml.Text("Bucket", std::string(kBucketArn) + rule.destination).Text("Format", "CSV");
  if (!rule.destination_prefix.empty()) xml.Text("Prefix", rule.destination_prefix);
  if (rule.encryption == EncryptionKind::kServerKey) {
    xml.Open("Encryption").Open("SSE-S3").Close().Close();
  } else if (rule.encryption == EncryptionKind::kNamedKey) {
    xml.Open("Encryption").Open("SSE-KMS").Text("KeyId", rule.encryption_key).Close().Close();
  }
  xml.Close().Close().Bool("IsEnabled", rule.enabled);
  if (!rule.prefix.empty()) xml.Open("Filter").Text("Prefix", rule.prefix).Close();
  xml.Text("Id", rule.id).Text("IncludedObjectVersions", rule.all_versions ? "All" : "Current");
  if (!rule.fields.empty()) {
    xml.Open("OptionalFields");
    for (const std::string& field : rule.fields) xml.Text("Field", field);
    xml.Close();
  }
  xml.Open("Schedule")
      .Text("Frequency", rule.frequency == Frequency::kDaily ? "Daily" : "Weekly")
      .Close()
      .Close();
}

}  // namespace penstock::s3
