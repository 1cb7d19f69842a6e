// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace penstock::schedule {

using Days = std::chrono::sys_days;

// A date and a time of day on somebody's wall.
struct LocalTime {
  std::chrono::year_month_day date;
  int hour = 0, minute = 0, second = 0;
  std::chrono::weekday weekday() const { return std::chrono::weekday(Days(date)); }
};

// Seconds since 1970 as they would be if the wall's clock were UTC.
LocalTime FromLocalSeconds(int64_t seconds);
int64_t ToLocalSeconds(const LocalTime& time);

}  // namespace penstock::schedule
