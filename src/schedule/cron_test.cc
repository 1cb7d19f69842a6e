// SPDX-License-Identifier: Apache-2.0
#include "schedule/cron.h"

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/source_file.h"

namespace penstock::schedule {
namespace {

const std::string kData = base::SourceFile("tests/data/schedule/");

std::string ReadData(const std::string& name) {
  std::ifstream in(kData + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

const TimeZone& Zone(const std::string& name) {
  if (name == "UTC") return TimeZone::Utc();
  static std::map<std::string, TimeZone> zones;
  auto found = zones.find(name);
  if (found != zones.end()) return found->second;
  std::string city = name.substr(name.rfind('/') + 1);
  return zones.emplace(name, TimeZone::Parse(ReadData("zones/" + city)).value()).first->second;
}

base::Time At(const std::string& text) { return base::ParseRfc3339(text).value(); }

std::string NextOf(const std::string& cron, const std::string& after) {
  auto parsed = CronExpression::Parse(cron);
  if (!parsed) return parsed.error().message();
  auto next = parsed->Next(At(after), TimeZone::Utc());
  return next ? base::FormatRfc3339(*next) : "never";
}

// What another implementation, and trying every minute, say of hundreds of expressions, many of
// them around changes of the clock. See make_reference.py.
TEST(CronExpression, AgreesWithTheReference) {
  std::istringstream lines(ReadData("cron_reference.txt"));
  size_t cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    std::istringstream fields(line);
    std::string zone, cron, after, due;
    std::getline(fields, zone, '|');
    std::getline(fields, cron, '|');
    std::getline(fields, after, '|');
    std::getline(fields, due);
    auto parsed = CronExpression::Parse(cron);
    ASSERT_TRUE(parsed) << cron << ": " << parsed.error().message();
    base::Time time = At(after);
    std::istringstream ticks(due);
    for (std::string tick; ticks >> tick;) {
      auto next = parsed->Next(time, Zone(zone));
      ASSERT_TRUE(next) << line;
      ASSERT_EQ(base::FormatRfc3339(*next), tick) << zone << " " << cron << " after " << after;
      time = *next;
    }
  }
  EXPECT_GT(cases, 400U);
}

TEST(CronExpression, KnowsNamesForWholeExpressions) {
  const std::string after = "2026-11-25T10:11:12Z";
  EXPECT_EQ(NextOf("@hourly", after), "2026-11-25T11:00:00Z");
  EXPECT_EQ(NextOf("@daily", after), "2026-11-26T00:00:00Z");
  EXPECT_EQ(NextOf("@midnight", after), "2026-11-26T00:00:00Z");
  EXPECT_EQ(NextOf("@weekly", after), "2026-11-29T00:00:00Z");
  EXPECT_EQ(NextOf("@monthly", after), "2026-12-01T00:00:00Z");
  EXPECT_EQ(NextOf("@yearly", after), "2027-01-01T00:00:00Z");
  EXPECT_EQ(NextOf("@every 1h30m", after), "2026-11-25T11:41:12Z");
  EXPECT_EQ(NextOf("@every 10ms", after), "2026-11-25T10:11:13Z");
}

TEST(CronExpression, TakesFiveFieldsWithSecondsFirst) {
  EXPECT_EQ(NextOf("30 5 12 * *", "2026-11-25T10:11:12Z"), "2026-11-25T12:05:30Z");
  EXPECT_EQ(NextOf("0 30 9 ? * MON-FRI", "2026-11-27T10:00:00Z"), "2026-11-30T09:30:00Z");
}

TEST(CronExpression, CountsFromWholeSeconds) {
  EXPECT_EQ(NextOf("* * * * * *", "2026-11-25T10:11:12.999Z"), "2026-11-25T10:11:13Z");
}

TEST(CronExpression, MatchesEitherDayWhereBothAreGiven) {
  EXPECT_EQ(NextOf("0 0 0 13 * fri", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(NextOf("0 0 0 13 * fri", "2026-12-12T00:00:00Z"), "2026-12-13T00:00:00Z");
  EXPECT_EQ(NextOf("0 0 0 */2 * fri", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
}

TEST(CronExpression, WaitsForRareDates) {
  EXPECT_EQ(NextOf("0 0 0 29 2 *", "2096-03-01T00:00:00Z"), "2104-02-29T00:00:00Z");
}

TEST(CronExpression, RefusesWhatIsNoExpression) {
  for (const char* text : {"",
                           "* * * *",
                           "* * * * * * *",
                           "60 * * * * *",
                           "* * 24 * * *",
                           "* * * 0 * *",
                           "* * * 32 * *",
                           "* * * * 13 *",
                           "* * * * * 7",
                           "*/0 * * * * *",
                           "5-1 * * * * *",
                           "1-2-3 * * * * *",
                           "1/2/3 * * * * *",
                           "a * * * * *",
                           "1,,2 * * * * *",
                           "-1 * * * * *",
                           "* * * * foo *",
                           "@fortnightly",
                           "@every",
                           "@every x",
                           "@every 1",
                           "@every 1h-5m",
                           "0 0 0 30 2 *",
                           "0 0 0 31 4,6,9,11 *",
                           "*-5 * * * * *",
                           "99999999999 * * * * *"}) {
    EXPECT_FALSE(CronExpression::Parse(text)) << text;
  }
  EXPECT_NE(NextOf("* 99 * * * *", "2026-01-01T00:00:00Z").find("minute '99'"), std::string::npos);
}

TEST(ParseDuration, ReadsGosDurations) {
  EXPECT_EQ(ParseDuration("1h30m")->count(), 5'400'000'000);
  EXPECT_EQ(ParseDuration("1.5s")->count(), 1'500'000);
  EXPECT_EQ(ParseDuration("2ms3us")->count(), 2'003);
  for (const char* text : {"", "5", "h", "1d", "1h 2m", "-1h", "1..2s", "999999999h"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::schedule
