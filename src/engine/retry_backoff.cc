// SPDX-License-Identifier: Apache-2.0
#include "engine/retry_backoff.h"

#include <algorithm>
#include <cmath>

namespace penstock::engine {

std::optional<base::Duration> NextBackoff(const ir::RetryPolicy& policy, int retries,
                                          base::Duration elapsed) {
  if (retries >= policy.max_retry_count) return std::nullopt;
  // A policy of hostile figures must not overflow the duration: a century is long enough.
  constexpr double kLongest = 100.0 * 365 * 24 * 3600;
  double limit =
      policy.backoff_max_seconds > 0 ? std::min(policy.backoff_max_seconds, kLongest) : kLongest;
  double elapsed_seconds = std::chrono::duration<double>(elapsed).count();
  if (elapsed_seconds > limit) return std::nullopt;
  if (policy.backoff_seconds <= 0) return base::Duration{0};
  double wait = policy.backoff_seconds *
                std::pow(std::max(policy.backoff_factor, 0.0), static_cast<double>(retries));
  if (!(wait < limit)) wait = limit;
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(wait));
}

}  // namespace penstock::engine
