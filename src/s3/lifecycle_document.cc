// SPDX-License-Identifier: Apache-2.0
#include "s3/lifecycle_document.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "s3/call.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/request_bodies.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
using store::LifecycleFilter;
using store::LifecycleRule;
using text::XmlElement;

constexpr size_t kMaxIdCharacters = 255;
constexpr uint64_t kMaxDays = std::numeric_limits<int32_t>::max();
constexpr uint64_t kMaxKeptVersions = 100;

auto NotInSchema() { return Refuse(code::kMalformedXml); }

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

// The document is told again as it came, so that nothing may be in it that is not understood.
Status CheckChildren(const XmlElement& element, std::initializer_list<std::string_view> known) {
  for (const XmlElement& child : element.children) {
    if (std::find(known.begin(), known.end(), child.name) == known.end()) return NotInSchema();
  }
  return {};
}

// The only child of that name, or nullptr; MalformedXML where there are several.
Result<const XmlElement*> OnlyChild(const XmlElement& element, std::string_view name) {
  const XmlElement* found = nullptr;
  for (const XmlElement& child : element.children) {
    if (child.name != name) continue;
    if (found != nullptr) return NotInSchema();
    found = &child;
  }
  return found;
}

Result<uint64_t> ParseNumber(const XmlElement& element) {
  std::string_view digits = base::Trim(element.text);
  uint64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<uint64_t>::max();
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    // A negative number is one, but not one that can be.
    bool negative = digits.starts_with('-') && digits.size() > 1 &&
                    digits.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!negative) return NotInSchema();
    return Refuse(code::kInvalidArgument, element.name + " must not be negative");
  }
  return number;
}

Result<int> ParseDays(const XmlElement& element, std::string_view action) {
  PENSTOCK_TRY(uint64_t days, ParseNumber(element));
  if (days == 0 || days > kMaxDays) {
    return Refuse(code::kInvalidArgument, "'" + element.name + "' for " + std::string(action) +
                                              " action must be a positive integer");
  }
  return static_cast<int>(days);
}

Result<base::Time> ParseDate(const XmlElement& element) {
  std::string text(base::Trim(element.text));
  if (text.find('T') == std::string::npos) text += "T00:00:00Z";
  auto date = base::ParseRfc3339(text);
  if (!date) return NotInSchema();
  if (date->time_since_epoch() % std::chrono::hours(24) != base::Duration::zero()) {
    return Refuse(code::kInvalidArgument, "'Date' must be at midnight GMT");
  }
  return *date;
}

Status ParseTag(const XmlElement& element, LifecycleFilter& filter) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"Key", "Value"}));
  PENSTOCK_TRY(const XmlElement* key, OnlyChild(element, "Key"));
  PENSTOCK_TRY(const XmlElement* value, OnlyChild(element, "Value"));
  if (key == nullptr || value == nullptr || key->text.empty()) return NotInSchema();
  if (!filter.tags.emplace(key->text, value->text).second) {
    return Refuse(code::kInvalidRequest, "Duplicate Tag Keys are not allowed.");
  }
  return {};
}

// One condition of a filter.
Status ParseCondition(const XmlElement& element, LifecycleFilter& filter) {
  if (element.name == "Prefix") {
    filter.prefix = element.text;
    return {};
  }
  if (element.name == "Tag") return ParseTag(element, filter);
  bool above = element.name == "ObjectSizeGreaterThan";
  if (!above && element.name != "ObjectSizeLessThan") return NotInSchema();
  std::optional<uint64_t>& size = above ? filter.size_above : filter.size_below;
  if (size) return NotInSchema();
  PENSTOCK_TRY(size, ParseNumber(element));
  return {};
}

Result<LifecycleFilter> ParseFilter(const XmlElement& element) {
  LifecycleFilter filter;
  if (element.children.empty()) return filter;
  if (element.children.size() > 1) return NotInSchema();
  const XmlElement& only = element.children.front();
  if (only.name != "And") {
    PENSTOCK_RETURN_IF_ERROR(ParseCondition(only, filter));
    return filter;
  }
  PENSTOCK_RETURN_IF_ERROR(OnlyChild(only, "Prefix"));
  for (const XmlElement& condition : only.children) {
    PENSTOCK_RETURN_IF_ERROR(ParseCondition(condition, filter));
  }
  if (filter.size_above && filter.size_below && *filter.size_above >= *filter.size_below) {
    return Refuse(code::kInvalidRequest,
                  "ObjectSizeGreaterThan must be less than ObjectSizeLessThan");
  }
  return filter;
}

// Filter, or the older Prefix beside it.
Status ParseScope(const XmlElement& element, LifecycleRule& rule) {
  PENSTOCK_TRY(const XmlElement* filter, OnlyChild(element, "Filter"));
  PENSTOCK_TRY(const XmlElement* prefix, OnlyChild(element, "Prefix"));
  if ((filter == nullptr) == (prefix == nullptr)) return NotInSchema();
  if (prefix != nullptr) {
    rule.filter.prefix = prefix->text;
    return {};
  }
  PENSTOCK_TRY(rule.filter, ParseFilter(*filter));
  return {};
}

Status ParseExpiration(const XmlElement& element, LifecycleRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"Days", "Date", "ExpiredObjectDeleteMarker"}));
  PENSTOCK_TRY(const XmlElement* days, OnlyChild(element, "Days"));
  PENSTOCK_TRY(const XmlElement* date, OnlyChild(element, "Date"));
  PENSTOCK_TRY(const XmlElement* markers, OnlyChild(element, "ExpiredObjectDeleteMarker"));
  int given = (days != nullptr) + (date != nullptr) + (markers != nullptr);
  if (given != 1) return NotInSchema();
  if (days != nullptr) {
    PENSTOCK_TRY(rule.expire_after_days, ParseDays(*days, "Expiration"));
  } else if (date != nullptr) {
    PENSTOCK_TRY(rule.expire_on, ParseDate(*date));
  } else {
    std::string_view value = base::Trim(markers->text);
    if (value != "true" && value != "false") return NotInSchema();
    rule.drop_lone_delete_markers = value == "true";
  }
  return {};
}

Status ParseNoncurrent(const XmlElement& element, LifecycleRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"NoncurrentDays", "NewerNoncurrentVersions"}));
  PENSTOCK_TRY(const XmlElement* days, OnlyChild(element, "NoncurrentDays"));
  PENSTOCK_TRY(const XmlElement* kept, OnlyChild(element, "NewerNoncurrentVersions"));
  if (days == nullptr) return NotInSchema();
  PENSTOCK_TRY(rule.drop_noncurrent_after_days, ParseDays(*days, "NoncurrentVersionExpiration"));
  if (kept == nullptr) return {};
  PENSTOCK_TRY(uint64_t number, ParseNumber(*kept));
  if (number == 0 || number > kMaxKeptVersions) {
    return Refuse(code::kInvalidArgument,
                  "'NewerNoncurrentVersions' must be a positive integer of at most 100");
  }
  rule.keep_noncurrent = static_cast<int>(number);
  return {};
}

Status ParseAbort(const XmlElement& element, LifecycleRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(element, {"DaysAfterInitiation"}));
  PENSTOCK_TRY(const XmlElement* days, OnlyChild(element, "DaysAfterInitiation"));
  if (days == nullptr) return NotInSchema();
  PENSTOCK_TRY(rule.abort_upload_after_days, ParseDays(*days, "AbortIncompleteMultipartUpload"));
  return {};
}

// There are none, but one that could not be is told apart from one that is not offered.
Status RefuseTransitions(const XmlElement& rule) {
  for (const XmlElement& child : rule.children) {
    if (child.name != "Transition" && child.name != "NoncurrentVersionTransition") continue;
    if (const XmlElement* date = child.Child("Date")) PENSTOCK_RETURN_IF_ERROR(ParseDate(*date));
    return Refuse(code::kNotImplemented,
                  "There is one storage class only, so that rules cannot name a transition");
  }
  return {};
}

Status ParseActions(const XmlElement& element, LifecycleRule& rule) {
  PENSTOCK_RETURN_IF_ERROR(RefuseTransitions(element));
  PENSTOCK_TRY(const XmlElement* expiration, OnlyChild(element, "Expiration"));
  PENSTOCK_TRY(const XmlElement* noncurrent, OnlyChild(element, "NoncurrentVersionExpiration"));
  PENSTOCK_TRY(const XmlElement* abort, OnlyChild(element, "AbortIncompleteMultipartUpload"));
  if (expiration == nullptr && noncurrent == nullptr && abort == nullptr) {
    return Refuse(code::kInvalidRequest, "At least one action needs to be specified in a rule");
  }
  if (expiration != nullptr) PENSTOCK_RETURN_IF_ERROR(ParseExpiration(*expiration, rule));
  if (noncurrent != nullptr) PENSTOCK_RETURN_IF_ERROR(ParseNoncurrent(*noncurrent, rule));
  if (abort != nullptr) PENSTOCK_RETURN_IF_ERROR(ParseAbort(*abort, rule));
  return {};
}

// Delete markers and uploads have no tags, uploads no size.
Status CheckFilterFits(const LifecycleRule& rule) {
  bool by_size = rule.filter.size_above || rule.filter.size_below;
  if (rule.abort_upload_after_days && (!rule.filter.tags.empty() || by_size)) {
    return Refuse(code::kInvalidRequest,
                  "AbortIncompleteMultipartUpload cannot be specified with Tags or sizes");
  }
  if (rule.drop_lone_delete_markers && !rule.filter.tags.empty()) {
    return Refuse(code::kInvalidRequest, "ExpiredObjectDeleteMarker cannot be specified with Tags");
  }
  return {};
}

Result<LifecycleRule> ParseRule(const XmlElement& element) {
  PENSTOCK_RETURN_IF_ERROR(CheckChildren(
      element, {"ID", "Status", "Filter", "Prefix", "Expiration", "NoncurrentVersionExpiration",
                "AbortIncompleteMultipartUpload", "Transition", "NoncurrentVersionTransition"}));
  LifecycleRule rule;
  PENSTOCK_TRY(const XmlElement* id, OnlyChild(element, "ID"));
  if (id != nullptr) rule.id = id->text;
  if (CountCharacters(rule.id) > kMaxIdCharacters) {
    return Refuse(code::kInvalidArgument, "ID length should not exceed allowed limit of 255");
  }
  PENSTOCK_TRY(const XmlElement* status, OnlyChild(element, "Status"));
  if (status == nullptr) return NotInSchema();
  std::string_view word = base::Trim(status->text);
  if (word != "Enabled" && word != "Disabled") return NotInSchema();
  rule.enabled = word == "Enabled";
  PENSTOCK_RETURN_IF_ERROR(ParseScope(element, rule));
  PENSTOCK_RETURN_IF_ERROR(ParseActions(element, rule));
  PENSTOCK_RETURN_IF_ERROR(CheckFilterFits(rule));
  return rule;
}

Result<XmlElement> ParseRoot(std::string_view xml) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxXmlBytes, .max_depth = 8});
  if (!root || root->name != "LifecycleConfiguration") return NotInSchema();
  return root;
}

Result<store::LifecycleRules> ParseRules(const XmlElement& root) {
  store::LifecycleRules rules;
  std::set<std::string> ids;
  for (const XmlElement& child : root.children) {
    if (child.name != "Rule") return NotInSchema();
    if (rules.size() == kMaxLifecycleRules) {
      return Refuse(code::kInvalidRequest, "There may be 1000 rules at most");
    }
    PENSTOCK_TRY(LifecycleRule rule, ParseRule(child));
    if (!rule.id.empty() && !ids.insert(rule.id).second) {
      return Refuse(code::kInvalidArgument,
                    "Rule ID must be unique. Found same ID for more than one rule");
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) return NotInSchema();
  return rules;
}

void Write(const XmlElement& element, text::XmlWriter& xml) {
  if (element.children.empty()) {
    xml.Text(element.name, element.text);
    return;
  }
  xml.Open(element.name);
  for (const XmlElement& child : element.children) Write(child, xml);
  xml.Close();
}

}  // namespace

Result<store::LifecycleRules> ParseLifecycle(std::string_view xml) {
  PENSTOCK_TRY(XmlElement root, ParseRoot(xml));
  return ParseRules(root);
}

Result<std::string> CompleteLifecycle(std::string_view xml) {
  PENSTOCK_TRY(XmlElement root, ParseRoot(xml));
  PENSTOCK_TRY(store::LifecycleRules rules, ParseRules(root));
  std::set<std::string> taken;
  for (const LifecycleRule& rule : rules) taken.insert(rule.id);
  text::XmlWriter out;
  out.Open("LifecycleConfiguration", kXmlns);
  int number = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    out.Open("Rule");
    if (rules[i].id.empty()) {
      std::string id;
      do {
        id = "rule-" + std::to_string(++number);
      } while (taken.contains(id));
      out.Text("ID", id);
    }
    for (const XmlElement& child : root.children[i].children) {
      bool empty_id = child.name == "ID" && child.text.empty();
      if (!empty_id) Write(child, out);
    }
    out.Close();
  }
  return out.Finish();
}

}  // namespace penstock::s3
