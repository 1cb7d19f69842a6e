// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "base/clock.h"
#include "base/log.h"

namespace penstock::sys {

// How long the machine has been up, sleep included: no setting of the clock changes it.
std::chrono::nanoseconds TimeSinceBoot();

// The wall clock, for as long as it does not run ahead of the time that has passed since this was
// made: a clock that is set ahead must not end what lasts until a certain time. One that is set
// back is followed. What runs ahead is reported once; a new process believes the clock again.
// Thread-safe.
class GuardedClock final : public base::Clock {
 public:
  // All must outlive it.
  GuardedClock(const base::Clock& wall, base::Logger& logger,
               std::function<std::chrono::nanoseconds()> since_boot = TimeSinceBoot);

  base::Time Now() const override;

 private:
  const base::Clock& wall_;
  base::Logger& logger_;
  const std::function<std::chrono::nanoseconds()> since_boot_;
  const base::Time began_;
  const std::chrono::nanoseconds began_since_boot_;
  mutable std::atomic<bool> reported_{false};
};

}  // namespace penstock::sys
