// SPDX-License-Identifier: Apache-2.0
#include "schedule/time_zone.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/source_file.h"

namespace penstock::schedule {
namespace {

std::string ReadZone(const std::string& city) {
  std::ifstream in(base::SourceFile("tests/data/schedule/zones/") + city, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

int64_t OffsetAt(const TimeZone& zone, const char* utc) {
  return zone.PeriodAt(base::ToMicros(base::ParseRfc3339(utc).value()) / 1'000'000).offset;
}

TEST(TimeZone, ReadsFilesOfTheDatabase) {
  TimeZone berlin = TimeZone::Parse(ReadZone("Berlin")).value();
  EXPECT_EQ(OffsetAt(berlin, "2026-01-01T00:00:00Z"), 3600);
  EXPECT_EQ(OffsetAt(berlin, "2026-03-29T00:59:59Z"), 3600);
  EXPECT_EQ(OffsetAt(berlin, "2026-03-29T01:00:00Z"), 7200);
  EXPECT_EQ(OffsetAt(berlin, "2026-10-25T00:59:59Z"), 7200);
  EXPECT_EQ(OffsetAt(berlin, "2026-10-25T01:00:00Z"), 3600);
}

TEST(TimeZone, FollowsTheRuleBeyondTheFile) {
  TimeZone berlin = TimeZone::Parse(ReadZone("Berlin")).value();
  EXPECT_EQ(OffsetAt(berlin, "2099-07-01T00:00:00Z"), 7200);
  EXPECT_EQ(OffsetAt(berlin, "2099-12-01T00:00:00Z"), 3600);
  TimeZone howe = TimeZone::Parse(ReadZone("Lord_Howe")).value();
  EXPECT_EQ(OffsetAt(howe, "2099-07-01T00:00:00Z"), 37800);
  EXPECT_EQ(OffsetAt(howe, "2099-12-31T00:00:00Z"), 39600);
}

TEST(TimeZone, HasPeriodsWithoutGaps) {
  for (const char* city : {"Berlin", "New_York", "Lord_Howe", "Apia", "Santiago"}) {
    TimeZone zone = TimeZone::Parse(ReadZone(city)).value();
    int64_t second = 0;
    for (int i = 0; i < 300 && second < int64_t{1} << 33; ++i) {
      ZonePeriod period = zone.PeriodAt(second);
      ASSERT_LE(period.begin, second) << city;
      ASSERT_GT(period.end, second) << city;
      ASSERT_EQ(zone.PeriodAt(period.end - 1).offset, period.offset) << city << " " << second;
      second = period.end;
    }
  }
}

TEST(TimeZone, RefusesOtherFiles) {
  std::string berlin = ReadZone("Berlin");
  EXPECT_FALSE(TimeZone::Parse(""));
  EXPECT_FALSE(TimeZone::Parse("TZif"));
  EXPECT_FALSE(TimeZone::Parse(berlin.substr(0, berlin.size() / 2)));
  std::string old = berlin;
  old[4] = '\0';
  EXPECT_FALSE(TimeZone::Parse(old));
}

TEST(PosixZone, ReadsRules) {
  EXPECT_EQ(PosixZone::Parse("UTC0")->standard_offset(), 0);
  EXPECT_EQ(PosixZone::Parse("<+0530>-5:30")->standard_offset(), 19800);
  auto eastern = PosixZone::Parse("EST5EDT,M3.2.0,M11.1.0");
  ASSERT_TRUE(eastern);
  auto [spring, autumn] = eastern->ChangesIn(2026);
  EXPECT_EQ(base::FormatRfc3339(base::Time(std::chrono::seconds(spring.time))),
            "2026-03-08T07:00:00Z");
  EXPECT_EQ(spring.offset, -14400);
  EXPECT_EQ(base::FormatRfc3339(base::Time(std::chrono::seconds(autumn.time))),
            "2026-11-01T06:00:00Z");
  EXPECT_TRUE(PosixZone::Parse("XXX3YYY2,J60/2,J300/-1:30"));
  for (const char* text :
       {"", "E5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M1.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "<+05-5", "EST5,x"}) {
    EXPECT_FALSE(PosixZone::Parse(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::schedule
