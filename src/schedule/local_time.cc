// SPDX-License-Identifier: Apache-2.0
#include "schedule/local_time.h"

namespace penstock::schedule {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;

}  // namespace

LocalTime FromLocalSeconds(int64_t seconds) {
  int64_t day = seconds / kDay;
  int64_t rest = seconds % kDay;
  if (rest < 0) {
    --day;
    rest += kDay;
  }
  LocalTime time;
  time.date = Days(std::chrono::days(day));
  time.hour = static_cast<int>(rest / 3600);
  time.minute = static_cast<int>(rest / 60 % 60);
  time.second = static_cast<int>(rest % 60);
  return time;
}

int64_t ToLocalSeconds(const LocalTime& time) {
  int64_t day = Days(time.date).time_since_epoch().count();
  return day * kDay + time.hour * 3600 + time.minute * 60 + time.second;
}

}  // namespace penstock::schedule
