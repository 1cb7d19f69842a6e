// SPDX-License-Identifier: Apache-2.0
#include "schedule/trigger.h"

#include "schedule/cron.h"

namespace penstock::schedule {
namespace {

using base::Code;
using base::Fail;
using base::Time;

constexpr int64_t kMostSeconds = int64_t{100} * 366 * 24 * 60 * 60;

std::optional<Time> NotAfter(const std::optional<Time>& end, std::optional<Time> tick) {
  if (tick && end && *tick > *end) return std::nullopt;
  return tick;
}

std::optional<Time> NextInterval(const Trigger& trigger, const TriggerState& state,
                                 base::Duration interval, Time begin, Time now) {
  Time next = begin + interval;
  Time latest = trigger.end ? std::min(now, *trigger.end) : now;
  if (!state.catch_up && next < latest) next += (latest - next) / interval * interval;
  return NotAfter(trigger.end, next);
}

std::optional<Time> NextCron(const Trigger& trigger, const TriggerState& state, Time begin,
                             Time now, const TimeZone& zone) {
  auto cron = CronExpression::Parse(trigger.cron);
  if (!cron) return std::nullopt;  // was checked when it came
  if (cron->every()) return NextInterval(trigger, state, *cron->every(), begin, now);
  std::optional<Time> next = NotAfter(trigger.end, cron->Next(begin, zone));
  if (state.catch_up || !next || *next >= now) return next;
  // Forward from shortly before now, in growing steps back, rather than through all that was
  // missed: a server that was away for years is not to count its seconds.
  for (base::Duration back = std::chrono::minutes(1);; back *= 8) {
    std::optional<Time> latest;
    Time from = std::max(*next, (trigger.end ? std::min(now, *trigger.end) : now) - back);
    std::optional<Time> tick = from == *next ? next : cron->Next(from, zone);
    for (; tick && *tick <= now; tick = NotAfter(trigger.end, cron->Next(*tick, zone))) {
      latest = tick;
    }
    if (latest) return latest;
    if (from == *next) return next;
  }
}

}  // namespace

base::Status CheckTrigger(const Trigger& trigger) {
  if (trigger.cron.empty() && trigger.interval_seconds == 0) {
    return Fail(Code::kInvalidArgument,
                "say when runs are due: give a cron_schedule with a cron, or a periodic_schedule "
                "with an interval_second");
  }
  if (!trigger.cron.empty()) {
    PENSTOCK_RETURN_IF_ERROR(CronExpression::Parse(trigger.cron));
  } else if (trigger.interval_seconds < 1 || trigger.interval_seconds > kMostSeconds) {
    return Fail(Code::kInvalidArgument, "interval_second must be at least 1, and is " +
                                            std::to_string(trigger.interval_seconds));
  }
  if (trigger.start && trigger.end && *trigger.end < *trigger.start) {
    return Fail(Code::kInvalidArgument, "end_time is before start_time, so nothing would be due");
  }
  return {};
}

std::optional<Time> NextTick(const Trigger& trigger, const TriggerState& state, Time now,
                             const TimeZone& zone) {
  Time begin = state.last.value_or(trigger.start.value_or(state.created));
  begin = std::chrono::floor<std::chrono::seconds>(begin);
  if (!trigger.cron.empty()) return NextCron(trigger, state, begin, now, zone);
  return NextInterval(trigger, state, std::chrono::seconds(trigger.interval_seconds), begin, now);
}

}  // namespace penstock::schedule
