// SPDX-License-Identifier: Apache-2.0
#include "schedule/trigger.h"

#include <gtest/gtest.h>

namespace penstock::schedule {
namespace {

base::Time At(const char* text) { return base::ParseRfc3339(text).value(); }

std::string Next(const Trigger& trigger, const TriggerState& state, const char* now) {
  auto tick = NextTick(trigger, state, At(now), TimeZone::Utc());
  return tick ? base::FormatRfc3339(*tick) : "never";
}

Trigger Interval(int64_t seconds) {
  Trigger trigger;
  trigger.interval_seconds = seconds;
  return trigger;
}

Trigger Cron(const char* text) {
  Trigger trigger;
  trigger.cron = text;
  return trigger;
}

TEST(Trigger, CountsIntervalsFromTheStartOrTheCreation) {
  TriggerState state{At("2026-01-01T00:00:00.5Z"), {}, true};
  Trigger trigger = Interval(60);
  EXPECT_EQ(Next(trigger, state, "2026-01-01T00:00:01Z"), "2026-01-01T00:01:00Z");
  trigger.start = At("2026-01-02T00:00:00Z");
  EXPECT_EQ(Next(trigger, state, "2026-01-01T00:00:01Z"), "2026-01-02T00:01:00Z");
  state.last = At("2026-01-02T00:01:00Z");
  EXPECT_EQ(Next(trigger, state, "2026-01-03T00:00:00Z"), "2026-01-02T00:02:00Z");
}

TEST(Trigger, EndsAfterItsEnd) {
  Trigger trigger = Interval(60);
  trigger.end = At("2026-01-01T00:02:00Z");
  TriggerState state{At("2026-01-01T00:00:00Z"), At("2026-01-01T00:01:00Z"), true};
  EXPECT_EQ(Next(trigger, state, "2026-01-01T01:00:00Z"), "2026-01-01T00:02:00Z");
  state.last = At("2026-01-01T00:02:00Z");
  EXPECT_EQ(Next(trigger, state, "2026-01-01T01:00:00Z"), "never");
  state.catch_up = false;
  state.last = At("2026-01-01T00:00:00Z");
  EXPECT_EQ(Next(trigger, state, "2026-01-01T01:00:00Z"), "2026-01-01T00:02:00Z");
}

TEST(Trigger, CatchesUpOrJumpsToTheLatest) {
  TriggerState all{At("2026-01-01T00:00:00Z"), {}, true};
  TriggerState latest = all;
  latest.catch_up = false;
  EXPECT_EQ(Next(Cron("0 0 * * * *"), all, "2026-01-01T05:30:00Z"), "2026-01-01T01:00:00Z");
  EXPECT_EQ(Next(Cron("0 0 * * * *"), latest, "2026-01-01T05:30:00Z"), "2026-01-01T05:00:00Z");
  EXPECT_EQ(Next(Cron("0 0 * * * *"), latest, "2026-01-01T05:00:00Z"), "2026-01-01T05:00:00Z");
  EXPECT_EQ(Next(Interval(3600), all, "2026-01-01T05:30:00Z"), "2026-01-01T01:00:00Z");
  EXPECT_EQ(Next(Interval(3600), latest, "2026-01-01T05:30:00Z"), "2026-01-01T05:00:00Z");
  // Not yet due: nothing is jumped over.
  EXPECT_EQ(Next(Cron("0 0 * * * *"), latest, "2026-01-01T00:30:00Z"), "2026-01-01T01:00:00Z");
  // Ten years of seconds are not counted one by one.
  EXPECT_EQ(Next(Cron("* * * * * *"), latest, "2036-01-01T00:00:00Z"), "2036-01-01T00:00:00Z");
  EXPECT_EQ(Next(Cron("0 0 0 1 1 *"), latest, "2036-06-01T00:00:00Z"), "2036-01-01T00:00:00Z");
  EXPECT_EQ(Next(Cron("@every 1h"), latest, "2026-01-01T05:30:00Z"), "2026-01-01T05:00:00Z");
}

TEST(Trigger, NeverGoesBackWithTheClock) {
  TriggerState state{At("2026-01-01T00:00:00Z"), At("2026-06-01T00:00:00Z"), false};
  EXPECT_EQ(Next(Cron("@daily"), state, "2026-01-02T00:00:00Z"), "2026-06-02T00:00:00Z");
}

TEST(Trigger, IsChecked) {
  EXPECT_TRUE(CheckTrigger(Interval(1)));
  EXPECT_TRUE(CheckTrigger(Cron("@daily")));
  EXPECT_FALSE(CheckTrigger(Trigger()));
  EXPECT_FALSE(CheckTrigger(Interval(-5)));
  EXPECT_FALSE(CheckTrigger(Cron("x")));
  Trigger trigger = Interval(1);
  trigger.start = At("2026-01-02T00:00:00Z");
  trigger.end = At("2026-01-01T00:00:00Z");
  EXPECT_FALSE(CheckTrigger(trigger));
}

}  // namespace
}  // namespace penstock::schedule
