// SPDX-License-Identifier: Apache-2.0
#include "s3/lock_documents.h"

#include <gtest/gtest.h>

#include "s3/lock_headers.h"

namespace penstock::s3 {
namespace {

const base::Time kNow = base::ParseRfc3339("2026-11-23T08:00:00Z").value();

std::string Describe(const base::Result<std::optional<store::DefaultRetention>>& result) {
  if (!result) return result.error().reason();
  if (!*result) return "none";
  const store::DefaultRetention& retention = **result;
  return std::string(RetentionModeName(retention.mode)) + " " + std::to_string(retention.days) +
         " " + std::to_string(retention.years);
}

TEST(LockDocuments, Configuration) {
  auto document = [](const std::string& rest, const std::string& enabled = "Enabled") {
    return "<ObjectLockConfiguration><ObjectLockEnabled>" + enabled + "</ObjectLockEnabled>" +
           rest + "</ObjectLockConfiguration>";
  };
  auto rule = [&](const std::string& retention) {
    return document("<Rule><DefaultRetention>" + retention + "</DefaultRetention></Rule>");
  };
  const std::string mode = "<Mode>GOVERNANCE</Mode>";
  struct Case {
    std::string xml;
    std::string outcome;
  };
  const Case cases[] = {
      {document(""), "none"},
      {rule(mode + "<Days>1</Days>"), "GOVERNANCE 1 0"},
      {rule("<Mode>COMPLIANCE</Mode><Years>2</Years>"), "COMPLIANCE 0 2"},
      {rule(mode + "<Days>36500</Days>"), "GOVERNANCE 36500 0"},
      {rule(mode + "<Days>36501</Days>"), "InvalidRetentionPeriod"},
      {rule(mode + "<Years>101</Years>"), "InvalidRetentionPeriod"},
      {rule(mode + "<Days>99999999999999</Days>"), "InvalidRetentionPeriod"},
      {rule(mode + "<Days>0</Days>"), "InvalidRetentionPeriod"},
      {rule(mode + "<Years>-1</Years>"), "InvalidRetentionPeriod"},
      {rule(mode + "<Days>1</Days><Years>1</Years>"), "MalformedXML"},
      {rule(mode), "MalformedXML"},
      {rule(mode + "<Days>x</Days>"), "MalformedXML"},
      {rule(mode + "<Days>1.5</Days>"), "MalformedXML"},
      {rule(mode + "<Days/>"), "MalformedXML"},
      {rule("<Mode>governance</Mode><Days>1</Days>"), "MalformedXML"},
      {rule("<Days>1</Days>"), "MalformedXML"},
      {document("<Rule/>"), "MalformedXML"},
      {document("", "enabled"), "MalformedXML"},
      {document("", "Disabled"), "MalformedXML"},
      {"<ObjectLockConfiguration/>", "MalformedXML"},
      {"<Other/>", "MalformedXML"},
      {"", "MalformedXML"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Describe(ParseLockConfiguration(c.xml)), c.outcome) << c.xml;
}

TEST(LockDocuments, Retention) {
  struct Case {
    std::string inner;
    std::string outcome;
  };
  const Case cases[] = {
      {"<Mode>GOVERNANCE</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate>",
       "GOVERNANCE 2027-01-01T00:00:00Z"},
      {"<Mode>COMPLIANCE</Mode><RetainUntilDate>2140-01-01T02:00:00.5+02:00</RetainUntilDate>",
       "COMPLIANCE 2140-01-01T00:00:00.500Z"},
      {"", "none"},
      {"<Mode/><RetainUntilDate/>", "none"},
      {"<Mode>GOVERNANCE</Mode><RetainUntilDate>2026-11-23T08:00:00Z</RetainUntilDate>",
       "InvalidArgument"},
      {"<Mode>GOVERNANCE</Mode>", "MalformedXML"},
      {"<RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate>", "MalformedXML"},
      {"<Mode>governance</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate>",
       "MalformedXML"},
      {"<Mode>GOVERNANCE</Mode><RetainUntilDate>tomorrow</RetainUntilDate>", "MalformedXML"},
  };
  for (const Case& c : cases) {
    auto result = ParseRetention("<Retention>" + c.inner + "</Retention>", kNow);
    std::string outcome = "none";
    if (!result) {
      outcome = result.error().reason();
    } else if (result->mode != store::RetentionMode::kNone) {
      outcome =
          std::string(RetentionModeName(result->mode)) + " " + base::FormatRfc3339(result->until);
    }
    EXPECT_EQ(outcome, c.outcome) << c.inner;
  }
}

TEST(LockDocuments, LegalHold) {
  EXPECT_EQ(ParseLegalHold("<LegalHold><Status>ON</Status></LegalHold>").value(), true);
  EXPECT_EQ(ParseLegalHold("<LegalHold><Status>OFF</Status></LegalHold>").value(), false);
  for (const char* xml : {"<LegalHold><Status>on</Status></LegalHold>", "<LegalHold/>", "<Hold/>",
                          "", "<LegalHold>"}) {
    EXPECT_EQ(ParseLegalHold(xml).error().reason(), "MalformedXML") << xml;
  }
}

TEST(LockHeaders, OfWrites) {
  struct Case {
    std::string mode;
    std::string until;
    std::string hold;
    std::string reason;
  };
  const std::string later = "2027-01-01T00:00:00Z";
  const Case cases[] = {
      {"", "", "", ""},
      {"GOVERNANCE", later, "", ""},
      {"COMPLIANCE", later, "ON", ""},
      {"", "", "OFF", ""},
      {"GOVERNANCE", "", "", "InvalidArgument"},
      {"", later, "", "InvalidArgument"},
      {"governance", later, "", "InvalidArgument"},
      {"GOVERNANCE", "2026-11-23T07:59:59Z", "", "InvalidArgument"},
      {"GOVERNANCE", "Fri, 01 Jan 2027 00:00:00 GMT", "", "InvalidArgument"},
      {"", "", "on", "InvalidArgument"},
  };
  for (const Case& c : cases) {
    net::Headers headers;
    if (!c.mode.empty()) headers.Add("x-amz-object-lock-mode", c.mode);
    if (!c.until.empty()) headers.Add("x-amz-object-lock-retain-until-date", c.until);
    if (!c.hold.empty()) headers.Add("x-amz-object-lock-legal-hold", c.hold);
    store::ObjectAttributes attributes;
    auto status = ParseLockHeaders(headers, kNow, attributes);
    EXPECT_EQ(status ? "" : status.error().reason(), c.reason) << c.mode << c.until << c.hold;
    if (!status) continue;
    net::Headers told;
    AddLockHeaders(attributes, told);
    EXPECT_EQ(told.GetOr("x-amz-object-lock-mode", ""), c.mode);
    EXPECT_EQ(told.GetOr("x-amz-object-lock-legal-hold", ""), c.hold == "ON" ? "ON" : "");
  }
}

}  // namespace
}  // namespace penstock::s3
