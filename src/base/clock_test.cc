// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

const Time kMoment = FromMicros(1795421350123456);  // 2026-11-23T08:09:10.123456Z

TEST(Clock, FormatsEveryForm) {
  EXPECT_EQ(FormatRfc3339(kMoment), "2026-11-23T08:09:10.123456Z");
  EXPECT_EQ(FormatIso8601Millis(kMoment), "2026-11-23T08:09:10.123Z");
  EXPECT_EQ(FormatHttpDate(kMoment), "Mon, 23 Nov 2026 08:09:10 GMT");
  EXPECT_EQ(FormatAmzDate(kMoment), "20261123T080910Z");
}

TEST(Clock, LeavesOutAnEmptyFraction) {
  EXPECT_EQ(FormatRfc3339(Time{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(FromMicros(5000)), "1970-01-01T00:00:00.005Z");
  EXPECT_EQ(FormatRfc3339(FromMicros(-1)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatIso8601Millis(FromMicros(951'826'154'020'000)), "2000-02-29T12:09:14.020Z");
}

TEST(Clock, ParsesWhatItFormats) {
  EXPECT_EQ(ParseRfc3339("2026-11-23T08:09:10.123456Z").value(), kMoment);
  EXPECT_EQ(ParseRfc3339("2026-11-23T10:09:10.123456789+02:00").value(), kMoment);
  Time seconds = std::chrono::floor<std::chrono::seconds>(kMoment);
  EXPECT_EQ(ParseHttpDate("Mon, 23 Nov 2026 08:09:10 GMT").value(), seconds);
  EXPECT_EQ(ParseAmzDate("20261123T080910Z").value(), seconds);
}

TEST(Clock, YearsHaveFourDigits) {
  for (const char* text : {"0000-01-01T00:00:00Z", "0002-11-25T18:00:00Z", "0611-11-25T18:00:00.5Z",
                           "9999-12-31T23:59:59.999999Z"}) {
    const Time time = ParseRfc3339(text).value();
    EXPECT_EQ(ParseRfc3339(FormatRfc3339(time)).value(), time) << text;
    EXPECT_EQ(FormatRfc3339(time).substr(0, 4), std::string(text).substr(0, 4));
  }
  EXPECT_FALSE(ParseRfc3339("9999-12-31T23:59:59-01:00"));
  EXPECT_FALSE(ParseRfc3339("0000-01-01T00:00:00+01:00"));
}

TEST(Clock, RejectsWhatIsNoTime) {
  for (const char* text : {"", "2026", "2026-11-23", "2026-13-23T08:09:10Z", "2026-11-23T08:09:10",
                           "2026-11-23T08:09:10.Z", "2026-11-23T08:09:10Zx"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
  EXPECT_FALSE(ParseAmzDate("20261123T0809"));
  EXPECT_FALSE(ParseHttpDate("Monday"));
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(kMoment);
  EXPECT_EQ(clock.Now(), kMoment);
  clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(clock.Now() - kMoment, std::chrono::seconds(1));
}

}  // namespace
}  // namespace penstock::base
