// SPDX-License-Identifier: Apache-2.0
#include "sys/guarded_clock.h"

#include <utility>

#include <time.h>

namespace penstock::sys {
namespace {

// Clocks are put right by small steps now and then, and run at slightly different speeds.
constexpr std::chrono::minutes kSteps{1};
constexpr int kDrift = 10'000;  // one part in so many

}  // namespace

std::chrono::nanoseconds TimeSinceBoot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

GuardedClock::GuardedClock(const base::Clock& wall, base::Logger& logger,
                           std::function<std::chrono::nanoseconds()> since_boot)
    : wall_(wall),
      logger_(logger),
      since_boot_(std::move(since_boot)),
      began_(wall.Now()),
      began_since_boot_(since_boot_()) {}

base::Time GuardedClock::Now() const {
  base::Time now = wall_.Now();
  auto passed = std::chrono::duration_cast<base::Duration>(since_boot_() - began_since_boot_);
  base::Time latest = began_ + passed + passed / kDrift + kSteps;
  if (now <= latest) return now;
  if (!reported_.exchange(true)) {
    logger_.Warning(
        "the clock was set ahead; locks and lifecycle rules go by the time that has really passed "
        "until the server is started again",
        {{"clock", base::FormatRfc3339(now)}, {"latest_believed", base::FormatRfc3339(latest)}});
  }
  return latest;
}

}  // namespace penstock::sys
