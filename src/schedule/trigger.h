// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "schedule/time_zone.h"

namespace penstock::schedule {

// What makes something due again and again: a cron expression or an interval, between a start and
// an end where these are given.
struct Trigger {
  std::string cron;  // "" where there is an interval
  int64_t interval_seconds = 0;
  std::optional<base::Time> start;  // nothing is due at it or before
  std::optional<base::Time> end;    // nothing is due after it
};

// kInvalidArgument says what is wrong.
base::Status CheckTrigger(const Trigger& trigger);

// Where a trigger stands.
struct TriggerState {
  base::Time created;              // what counting begins with where there is no start
  std::optional<base::Time> last;  // the tick before
  bool catch_up = true;            // ticks that were missed come one after the other
};

// The tick that comes next, which may lie before `now`: then it is due. Without catching up only
// the latest of several that lie before `now` counts. Nothing where there are no more.
std::optional<base::Time> NextTick(const Trigger& trigger, const TriggerState& state,
                                   base::Time now, const TimeZone& zone);

}  // namespace penstock::schedule
