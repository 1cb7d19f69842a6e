// SPDX-License-Identifier: Apache-2.0
#include "s3/lock_documents.h"

#include <charconv>
#include <string>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lock_headers.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;
using store::RetentionMode;

constexpr size_t kMaxDepth = 8;
constexpr int kMaxDays = 36'500;
constexpr int kMaxYears = 100;

Result<text::XmlElement> ParseRoot(std::string_view xml, std::string_view name) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxLockXmlBytes, .max_depth = kMaxDepth});
  if (!root || root->name != name) return Refuse(code::kMalformedXml);
  return root;
}

Result<int> ParsePeriod(std::string_view text, int most) {
  text = base::Trim(text);
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size() || error == std::errc::invalid_argument) {
    return Refuse(code::kMalformedXml);
  }
  if (error != std::errc() || number > most) {
    return Refuse(code::kInvalidRetentionPeriod, "Default retention period value is too large");
  }
  if (number <= 0) {
    return Refuse(code::kInvalidRetentionPeriod,
                  "Default retention period must be a positive integer value");
  }
  return number;
}

Result<store::DefaultRetention> ParseDefaultRetention(const text::XmlElement& element) {
  store::DefaultRetention retention;
  retention.mode = RetentionModeByName(element.ChildText("Mode"));
  const text::XmlElement* days = element.Child("Days");
  const text::XmlElement* years = element.Child("Years");
  if (retention.mode == RetentionMode::kNone || (days == nullptr) == (years == nullptr)) {
    return Refuse(code::kMalformedXml);
  }
  if (days != nullptr) {
    PENSTOCK_TRY(retention.days, ParsePeriod(days->text, kMaxDays));
  } else {
    PENSTOCK_TRY(retention.years, ParsePeriod(years->text, kMaxYears));
  }
  return retention;
}

}  // namespace

Result<std::optional<store::DefaultRetention>> ParseLockConfiguration(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "ObjectLockConfiguration"));
  if (root.ChildText("ObjectLockEnabled") != "Enabled") return Refuse(code::kMalformedXml);
  const text::XmlElement* rule = root.Child("Rule");
  if (rule == nullptr) return std::nullopt;
  const text::XmlElement* retention = rule->Child("DefaultRetention");
  if (retention == nullptr) return Refuse(code::kMalformedXml);
  return ParseDefaultRetention(*retention);
}

Result<store::Retention> ParseRetention(std::string_view xml, base::Time now) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "Retention"));
  store::Retention retention;
  const text::XmlElement* mode = root.Child("Mode");
  const text::XmlElement* until = root.Child("RetainUntilDate");
  bool lifted =
      (mode == nullptr || mode->text.empty()) && (until == nullptr || until->text.empty());
  if (lifted) return retention;
  if (mode == nullptr || until == nullptr) return Refuse(code::kMalformedXml);
  retention.mode = RetentionModeByName(mode->text);
  auto time = base::ParseRfc3339(base::Trim(until->text));
  if (retention.mode == RetentionMode::kNone || !time) return Refuse(code::kMalformedXml);
  PENSTOCK_RETURN_IF_ERROR(CheckRetainUntil(*time, now));
  retention.until = *time;
  return retention;
}

Result<bool> ParseLegalHold(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "LegalHold"));
  std::string status = root.ChildText("Status");
  if (status != "ON" && status != "OFF") return Refuse(code::kMalformedXml);
  return status == "ON";
}

}  // namespace penstock::s3
