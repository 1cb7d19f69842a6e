// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "schedule/local_time.h"
#include "schedule/time_zone.h"

namespace penstock::schedule {

// A cron expression in the form that the Kubeflow server takes (kfp-contract 1.7): second, minute,
// hour, day of month, month and, optionally, day of week; or @yearly, @annually, @monthly, @weekly,
// @daily, @midnight, @hourly; or "@every" and a duration such as 1h30m. Fields hold '*', '?',
// numbers, names (jan, sun), ranges, steps and lists. Where both days are given it is enough that
// one of them matches.
class CronExpression {
 public:
  // kInvalidArgument names the field; also where no date ever matches, as the 30th of February.
  static base::Result<CronExpression> Parse(std::string_view text);

  // The first instant after `after` that is due; nothing where there is none for many years.
  std::optional<base::Time> Next(base::Time after, const TimeZone& zone) const;
  // Of "@every": how long from tick to tick.
  std::optional<base::Duration> every() const {
    return fields_ ? std::nullopt : std::optional(every_);
  }

 private:
  struct Fields {
    uint64_t second = 0, minute = 0, hour = 0, day = 0, month = 0, weekday = 0;  // a bit a value
    bool any_day = false, any_weekday = false;
  };
  static base::Result<Fields> ParseFields(std::string_view text);
  static std::optional<std::string_view> Descriptor(std::string_view word);
  bool DayMatches(const LocalTime& time) const;
  std::optional<int64_t> NextLocal(int64_t from, int64_t end) const;

  std::optional<Fields> fields_;  // none: every_
  base::Duration every_{};
};

// "1h30m", "90s", "1.5h", "300ms": Go's durations, without sign. kInvalidArgument for anything
// else.
base::Result<base::Duration> ParseDuration(std::string_view text);

}  // namespace penstock::schedule
