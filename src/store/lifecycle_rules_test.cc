// SPDX-License-Identifier: Apache-2.0
#include "store/lifecycle_rules.h"

#include <gtest/gtest.h>

#include "store/version_walk.h"

namespace penstock::store {
namespace {

using base::Time;
using enum LifecycleAction;

Time At(std::string_view text) {
  auto time = base::ParseRfc3339(text);
  EXPECT_TRUE(time) << text;
  return time ? *time : Time{};
}

struct Case {
  std::string_view what;
  LifecycleRule rule;
  ObjectInfo version;
  VersionPlace place;
  std::string_view now;
  LifecycleAction expected;
};

ObjectInfo Version(std::string key, std::string_view written, uint64_t size = 10,
                   std::map<std::string, std::string> tags = {}) {
  ObjectInfo info;
  info.key = std::move(key);
  info.modified_at = At(written);
  info.size = size;
  info.attributes.tags = std::move(tags);
  return info;
}

ObjectInfo Marker(std::string key, std::string_view written) {
  ObjectInfo info = Version(std::move(key), written, 0);
  info.delete_marker = true;
  return info;
}

VersionPlace Current(bool alone = true) { return {true, alone, {}, 0}; }
VersionPlace Noncurrent(std::string_view replaced, int newer = 0) {
  return {false, false, At(replaced), newer};
}

LifecycleFilter Prefix(std::string prefix) {
  LifecycleFilter filter;
  filter.prefix = std::move(prefix);
  return filter;
}
LifecycleFilter Tags(std::map<std::string, std::string> tags) {
  LifecycleFilter filter;
  filter.tags = std::move(tags);
  return filter;
}
LifecycleFilter Above(uint64_t size) {
  LifecycleFilter filter;
  filter.size_above = size;
  return filter;
}
LifecycleFilter Below(uint64_t size) {
  LifecycleFilter filter;
  filter.size_below = size;
  return filter;
}

LifecycleRule ExpireAfter(int days, LifecycleFilter filter = {}) {
  LifecycleRule rule;
  rule.id = "expire";
  rule.filter = std::move(filter);
  rule.expire_after_days = days;
  return rule;
}
LifecycleRule ExpireOn(std::string_view date) {
  LifecycleRule rule;
  rule.id = "date";
  rule.expire_on = At(date);
  return rule;
}
LifecycleRule DropMarkers() {
  LifecycleRule rule;
  rule.drop_lone_delete_markers = true;
  return rule;
}
LifecycleRule DropNoncurrent(int days, int keep = 0, LifecycleFilter filter = {}) {
  LifecycleRule rule;
  rule.filter = std::move(filter);
  rule.drop_noncurrent_after_days = days;
  rule.keep_noncurrent = keep;
  return rule;
}
LifecycleRule Disabled(LifecycleRule rule) {
  rule.enabled = false;
  return rule;
}
ObjectInfo Held(ObjectInfo info) {
  info.attributes.legal_hold = true;
  return info;
}
ObjectInfo Retained(ObjectInfo info, std::string_view until) {
  info.attributes.retention = {RetentionMode::kGovernance, At(until)};
  return info;
}

constexpr std::string_view kWritten = "2026-01-15T10:30:00Z";

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      // Three days after 10:30 on the 15th, rounded up: midnight before the 19th.
      {"days, the second before", ExpireAfter(3), Version("a", kWritten), Current(),
       "2026-01-18T23:59:59Z", kKeep},
      {"days, due", ExpireAfter(3), Version("a", kWritten), Current(), "2026-01-19T00:00:00Z",
       kDelete},
      {"days, written at midnight", ExpireAfter(1), Version("a", "2026-01-15T00:00:00Z"), Current(),
       "2026-01-16T00:00:00Z", kDelete},
      {"disabled", Disabled(ExpireAfter(1)), Version("a", kWritten), Current(),
       "2026-06-01T00:00:00Z", kKeep},
      {"more days than there are", ExpireAfter(2147483647), Version("a", kWritten), Current(),
       "2126-06-01T00:00:00Z", kKeep},
      {"a date to come", ExpireOn("2026-02-01T00:00:00Z"), Version("a", kWritten), Current(),
       "2026-01-31T23:59:59Z", kKeep},
      {"a date that has come", ExpireOn("2026-02-01T00:00:00Z"), Version("a", kWritten), Current(),
       "2026-02-01T00:00:00Z", kDelete},
      {"a date before it was written", ExpireOn("2025-01-01T00:00:00Z"), Version("a", kWritten),
       Current(), "2026-01-15T10:30:01Z", kDelete},

      {"prefix", ExpireAfter(1, Prefix("logs/")), Version("logs/a", kWritten), Current(),
       "2026-06-01T00:00:00Z", kDelete},
      {"other prefix", ExpireAfter(1, Prefix("logs/")), Version("log", kWritten), Current(),
       "2026-06-01T00:00:00Z", kKeep},
      {"tag", ExpireAfter(1, Tags({{"k", "v"}})),
       Version("a", kWritten, 1, {{"k", "v"}, {"other", ""}}), Current(), "2026-06-01T00:00:00Z",
       kDelete},
      {"tag of another value", ExpireAfter(1, Tags({{"k", "v"}})),
       Version("a", kWritten, 1, {{"k", "w"}}), Current(), "2026-06-01T00:00:00Z", kKeep},
      {"one of two tags", ExpireAfter(1, Tags({{"k", "v"}, {"l", "w"}})),
       Version("a", kWritten, 1, {{"k", "v"}}), Current(), "2026-06-01T00:00:00Z", kKeep},
      {"above the size", ExpireAfter(1, Above(10)), Version("a", kWritten, 11), Current(),
       "2026-06-01T00:00:00Z", kDelete},
      {"of the size itself", ExpireAfter(1, Above(10)), Version("a", kWritten, 10), Current(),
       "2026-06-01T00:00:00Z", kKeep},
      {"below the size", ExpireAfter(1, Below(10)), Version("a", kWritten, 9), Current(),
       "2026-06-01T00:00:00Z", kDelete},
      {"not below the size", ExpireAfter(1, Below(10)), Version("a", kWritten, 10), Current(),
       "2026-06-01T00:00:00Z", kKeep},

      {"a current version's expiry spares former ones", ExpireAfter(1), Version("a", kWritten),
       Noncurrent(kWritten), "2026-06-01T00:00:00Z", kKeep},
      {"a locked current version only gets a delete marker", ExpireAfter(1),
       Held(Version("a", kWritten)), Current(), "2026-06-01T00:00:00Z", kDelete},

      {"lone delete marker", DropMarkers(), Marker("a", kWritten), Current(), kWritten, kRemove},
      {"delete marker over versions", DropMarkers(), Marker("a", kWritten), Current(false),
       "2026-06-01T00:00:00Z", kKeep},
      {"lone delete marker, expired by days", ExpireAfter(1), Marker("a", kWritten), Current(),
       "2026-01-17T00:00:00Z", kRemove},
      {"lone delete marker, too young", ExpireAfter(1), Marker("a", kWritten), Current(),
       "2026-01-16T23:59:59Z", kKeep},
      {"lone delete marker under a rule with tags", ExpireAfter(1, Tags({{"k", "v"}})),
       Marker("a", kWritten), Current(), "2026-06-01T00:00:00Z", kKeep},
      {"lone delete marker under a rule with sizes", ExpireAfter(1, Below(10)),
       Marker("a", kWritten), Current(), "2026-06-01T00:00:00Z", kKeep},

      {"noncurrent, counted from its replacement", DropNoncurrent(2),
       Version("a", "2020-01-01T00:00:00Z"), Noncurrent(kWritten), "2026-01-17T23:59:59Z", kKeep},
      {"noncurrent, due", DropNoncurrent(2), Version("a", "2020-01-01T00:00:00Z"),
       Noncurrent(kWritten), "2026-01-18T00:00:00Z", kRemove},
      {"noncurrent rules spare the current version", DropNoncurrent(1), Version("a", kWritten),
       Current(false), "2026-06-01T00:00:00Z", kKeep},
      {"noncurrent, among those to keep", DropNoncurrent(1, 2), Version("a", kWritten),
       Noncurrent(kWritten, 1), "2026-06-01T00:00:00Z", kKeep},
      {"noncurrent, beyond those to keep", DropNoncurrent(1, 2), Version("a", kWritten),
       Noncurrent(kWritten, 2), "2026-06-01T00:00:00Z", kRemove},
      {"noncurrent delete marker", DropNoncurrent(1), Marker("a", kWritten), Noncurrent(kWritten),
       "2026-06-01T00:00:00Z", kRemove},
      {"noncurrent, by tag", DropNoncurrent(1, 0, Tags({{"k", "v"}})),
       Version("a", kWritten, 1, {{"k", "v"}}), Noncurrent(kWritten), "2026-06-01T00:00:00Z",
       kRemove},
      {"noncurrent under legal hold", DropNoncurrent(1), Held(Version("a", kWritten)),
       Noncurrent(kWritten), "2026-06-01T00:00:00Z", kKeep},
      {"noncurrent under retention", DropNoncurrent(1),
       Retained(Version("a", kWritten), "2027-01-01T00:00:00Z"), Noncurrent(kWritten),
       "2026-06-01T00:00:00Z", kKeep},
      {"noncurrent after its retention", DropNoncurrent(1),
       Retained(Version("a", kWritten), "2026-05-01T00:00:00Z"), Noncurrent(kWritten),
       "2026-06-01T00:00:00Z", kRemove},
  };
  return cases;
}

TEST(LifecycleRules, DecideAboutVersions) {
  for (const Case& c : Cases()) {
    EXPECT_EQ(DecideVersion({c.rule}, {}, c.version, c.place, At(c.now)), c.expected) << c.what;
  }
}

TEST(LifecycleRules, AnyOfSeveralIsEnough) {
  LifecycleRules rules = {ExpireAfter(100), ExpireAfter(1, Prefix("x/")), DropMarkers()};
  EXPECT_EQ(DecideVersion(rules, {}, Version("a", kWritten), Current(), At("2026-02-01T00:00:00Z")),
            kKeep);
  EXPECT_EQ(
      DecideVersion(rules, {}, Version("x/a", kWritten), Current(), At("2026-02-01T00:00:00Z")),
      kDelete);
}

TEST(LifecycleRules, ShortenedDaysEndWhenTheyAreOver) {
  LifecycleDay day{std::chrono::seconds(10)};
  EXPECT_EQ(DecideVersion({ExpireAfter(2)}, day, Version("a", kWritten), Current(),
                          At("2026-01-15T10:30:19Z")),
            kKeep);
  EXPECT_EQ(DecideVersion({ExpireAfter(2)}, day, Version("a", kWritten), Current(),
                          At("2026-01-15T10:30:20Z")),
            kDelete);
}

TEST(LifecycleRules, ExpiryIsTheEarliestOfThoseThatApply) {
  LifecycleRules rules = {ExpireAfter(10), ExpireOn("2026-01-20T00:00:00Z"),
                          ExpireAfter(1, Prefix("other")), Disabled(ExpireAfter(1))};
  EXPECT_EQ(ExpiryOf(rules, {}, Version("a", kWritten)),
            (LifecycleDate{At("2026-01-20T00:00:00Z"), "date"}));
  EXPECT_EQ(ExpiryOf(rules, {}, Marker("a", kWritten)), std::nullopt);
  EXPECT_EQ(ExpiryOf({DropMarkers()}, {}, Version("a", kWritten)), std::nullopt);
}

TEST(LifecycleRules, UploadsExpireByPrefix) {
  LifecycleRule rule;
  rule.id = "uploads";
  rule.filter.prefix = "in/";
  rule.abort_upload_after_days = 7;
  EXPECT_EQ(UploadExpiryOf({rule}, {}, "in/a", At(kWritten)),
            (LifecycleDate{At("2026-01-23T00:00:00Z"), "uploads"}));
  EXPECT_EQ(UploadExpiryOf({rule}, {}, "out/a", At(kWritten)), std::nullopt);
  EXPECT_EQ(UploadExpiryOf({Disabled(rule)}, {}, "in/a", At(kWritten)), std::nullopt);
}

TEST(LifecycleRules, PrefixesCoverEachOther) {
  auto with = [](std::string prefix) { return ExpireAfter(1, Prefix(std::move(prefix))); };
  EXPECT_EQ(PrefixesOf({with("b"), with("a/b"), with("a/"), with("bc")}),
            (std::vector<std::string>{"a/", "b"}));
  EXPECT_EQ(PrefixesOf({with("x"), with("")}), (std::vector<std::string>{""}));
  EXPECT_TRUE(PrefixesOf({Disabled(with("x"))}).empty());
}

// key, written, marker → "key place" as the walk sees it.
TEST(VersionWalk, FindsThePlaceOfEachVersion) {
  std::vector<std::string> seen;
  VersionWalk walk([&](const ObjectInfo& info, const VersionPlace& place) {
    seen.push_back(
        info.key + (place.current ? " current" : " noncurrent") + (place.alone ? " alone" : "") +
        (place.current ? "" : " since " + base::FormatRfc3339(place.replaced_at)) +
        (place.newer_noncurrent > 0 ? " after " + std::to_string(place.newer_noncurrent) : ""));
  });
  walk.Add(Version("a", "2026-01-05T00:00:00Z"));
  walk.Add(Marker("b", "2026-01-04T00:00:00Z"));
  walk.Add(Version("b", "2026-01-03T00:00:00Z"));
  walk.Add(Marker("b", "2026-01-02T00:00:00Z"));
  walk.Add(Version("b", "2026-01-01T00:00:00Z"));
  walk.Add(Marker("c", "2026-01-01T00:00:00Z"));
  walk.End();
  walk.End();
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "a current alone",
                      "b current",
                      "b noncurrent since 2026-01-04T00:00:00Z",
                      "b noncurrent since 2026-01-03T00:00:00Z after 1",
                      "b noncurrent since 2026-01-02T00:00:00Z after 1",
                      "c current alone",
                  }));
}

}  // namespace
}  // namespace penstock::store
